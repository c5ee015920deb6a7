#!/usr/bin/env bash
# No process of the checkout in $1 may be running.
left=$(ps -eo pid,args | grep -F "$1" | grep -vF -e 'check-nothing-left' -e 'grep -F')
[ -z "$left" ] && exit 0
echo "still running:"
echo "$left"
exit 1
