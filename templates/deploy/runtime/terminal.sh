# ---- the terminal's width

terminal_width() { # sets columns: the width of the terminal on standard output, or what COLUMNS says if that is less; 80 if neither is known
    { columns=$(stty size 2>/dev/null <&4) || columns=''; } 4>&1
    columns=${columns#* }
    case $columns in '' | 0 | *[!0-9]*) columns='' ;; esac
    case ${COLUMNS-} in
        '' | 0* | *[!0-9]* | ??????*) ;;
        *) [ -n "$columns" ] && [ "$columns" -le "$COLUMNS" ] || columns=$COLUMNS ;;
    esac
    [ -n "$columns" ] || columns=$(tput cols 2>/dev/null) || columns=''
    case $columns in '' | 0* | *[!0-9]*) columns=80 ;; esac
}

fit() { # WIDTH: filters lines, cutting those that take more columns of a terminal
    # Characters that terminals show in one or two columns count as two; a byte that is no UTF-8 is shown as ?.
    width=$1 LC_ALL=C awk '
        BEGIN {
            for (i = 1; i < 256; i++) ord[sprintf("%c", i)] = i
            width = ENVIRON["width"] + 0
            # first, last and columns, in ascending order
            n = split("768 879 0 1155 1161 0 1425 1479 0 1552 1562 0 1611 1631 0 4352 4447 2 6832 6911 0 7616 7679 0 8203 8207 0 8234 8238 0 " \
                "8288 8292 0 8400 8447 0 8986 8987 2 9001 9002 2 9193 9203 2 9725 9726 2 9728 10175 2 11035 11093 2 11904 12329 2 12330 12333 0 12334 12440 2 " \
                "12441 12442 0 12443 42191 2 43360 43391 2 44032 55203 2 63744 64255 2 65024 65039 1 65040 65049 2 65056 65071 0 65072 65135 2 65279 65279 0 " \
                "65281 65376 2 65504 65510 2 94176 101759 2 110576 111359 2 126976 131071 2 131072 262141 2 917760 917999 0", range, " ")
        }
        function columns_of(code, i) {
            if (code < 768) return 1
            for (i = 1; i <= n; i += 3) {
                if (code < range[i]) return 1
                if (code <= range[i + 1]) return range[i + 2] + 0
            }
            return 1
        }
        {
            taken = 0; kept = ""; full = ""; cut = 0; m = length($0)
            for (at = 1; at <= m; at += bytes) {
                byte = ord[substr($0, at, 1)] + 0
                bytes = byte < 128 ? 1 : byte < 194 ? 0 : byte < 224 ? 2 : byte < 240 ? 3 : byte < 245 ? 4 : 0
                code = bytes == 2 ? byte - 192 : bytes == 3 ? byte - 224 : bytes == 4 ? byte - 240 : byte
                for (i = 1; i < bytes; i++) {
                    next_byte = ord[substr($0, at + i, 1)] + 0
                    if (next_byte < 128 || next_byte > 191) { bytes = 0; break }
                    code = code * 64 + next_byte - 128
                }
                if (bytes == 0 || code < 32 || (code > 126 && code < 160)) { bytes = bytes ? bytes : 1; text = "?"; code = 63 }
                else text = substr($0, at, bytes)
                taken += columns_of(code)
                if (taken > width) { cut = 1; break }
                full = full text
                if (taken < width) kept = full
            }
            print cut ? kept "\342\200\246" : full
        }'
}

ask_hidden() { # PROMPT: reads new_text from the terminal, without showing what is typed
    ask_status=0
    ask_saved=$(stty -g 2>/dev/null) || ask_saved=''
    trap 'stty "$ask_saved" 2>/dev/null; echo >&2; finish; exit 130' INT
    trap 'stty "$ask_saved" 2>/dev/null; finish; exit 143' TERM
    trap 'stty "$ask_saved" 2>/dev/null; finish; exit 129' HUP
    stty -echo 2>/dev/null
    printf '%s' "$1" >&2
    IFS= read -r new_text || ask_status=1
    echo >&2
    stty "$ask_saved" 2>/dev/null
    signals_end
    return "$ask_status"
}
