#!/bin/sh
# A C compiler for macOS on Apple's processors, from zig. Cargo's build scripts speak to it as to Apple's own:
# what that one wants to hear, and zig does not understand, stays here.
set -u
drop=
for arg do
    shift
    case $drop$arg in
    value:*) drop= ;;
    -arch | -isysroot) drop=value: ;;
    --target=* | -mmacosx-version-min=*) ;;
    *) set -- "$@" "$arg" ;;
    esac
done
exec zig cc -target aarch64-macos "$@"
