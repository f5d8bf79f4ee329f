# A programmer: leaves its arguments beside the bitstream, one a line, and then says and ends as
# the files `says` and `exit` there tell it to.
for file; do :; done
folder=$(dirname "$file")
for arg; do printf '%s\n' "$arg"; done > "$folder/$(basename "$0").argv"
[ -f "$folder/says" ] && cat "$folder/says" >&2
exit "$(cat "$folder/exit" 2>/dev/null || echo 0)"
