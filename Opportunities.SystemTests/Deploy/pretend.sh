#!/usr/bin/env bash
# Stands in for a tool that reaches AWS: asks the test what it does. What it prints and how it ends is the answer.
[[ -t 0 || $* != *--password-stdin* ]] || cat > /dev/null
exec 3<> "/dev/tcp/127.0.0.1/$PRETEND"
printf '%s\0' "$#" "${0##*/}" "$@" >&3
read -r code <&3
if ((code == 0)); then cat <&3; else cat <&3 >&2; fi
exit "$code"
