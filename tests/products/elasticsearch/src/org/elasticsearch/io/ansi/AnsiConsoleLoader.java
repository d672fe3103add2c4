package org.elasticsearch.io.ansi;

import java.util.function.Supplier;

/** The server looks a class of this name up for coloured logs; null tells it that there is no terminal. */
public final class AnsiConsoleLoader implements Supplier<Object> {
    @Override
    public Object get() {
        return null;
    }
}
