module stackseal.foreign/judge

go 1.19
