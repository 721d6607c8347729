package gitignore

import (
	"regexp"
	"strings"
)

// bracket reads "[…]" at the start of a pattern as a set of bytes: a class of a regular expression, and the length.
// Not ok: it has no end, or an unknown class of characters, and nothing matches the pattern.
func bracket(pattern string, paths bool) (class string, n int, ok bool) {
	i := 1
	negated := i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^')
	if negated {
		i++
	}
	var set [256]bool
	for first := true; ; first = false {
		if i >= len(pattern) {
			return "", 0, false
		}
		switch c := pattern[i]; {
		case c == ']' && !first:
			return classOf(set, negated, paths), i + 1, true
		case strings.HasPrefix(pattern[i:], "[:"):
			end := strings.IndexByte(pattern[i+2:], ']')
			if end < 0 {
				return "", 0, false
			}
			name := pattern[i+2 : i+2+end]
			if !strings.HasSuffix(name, ":") { // no class, but a "["
				set['['] = true
				i++
				continue
			}
			if !posix(&set, strings.TrimSuffix(name, ":")) {
				return "", 0, false
			}
			i += end + 3
		default:
			low, size, ok := member(pattern[i:])
			if !ok {
				return "", 0, false
			}
			i += size
			high := low
			if i+1 < len(pattern) && pattern[i] == '-' && pattern[i+1] != ']' {
				if high, size, ok = member(pattern[i+1:]); !ok {
					return "", 0, false
				}
				i += 1 + size
			}
			set[low] = true
			for b := int(low); b <= int(high); b++ {
				set[b] = true
			}
		}
	}
}

// member is one byte of a set.
func member(pattern string) (b byte, size int, ok bool) {
	if pattern[0] != '\\' {
		return pattern[0], 1, true
	}
	if len(pattern) < 2 {
		return 0, 0, false
	}
	return pattern[1], 2, true
}

// posix adds a class such as alpha.
func posix(set *[256]bool, name string) bool {
	if name == "" {
		return false
	}
	re, err := regexp.Compile("^[[:" + regexp.QuoteMeta(name) + ":]]$")
	if err != nil || name == "word" {
		return false
	}
	for b := range 128 {
		set[b] = set[b] || re.MatchString(string(rune(b)))
	}
	return true
}

func classOf(set [256]bool, negated, paths bool) string {
	var out strings.Builder
	for b := range 256 {
		if set[b] != negated && !(paths && b == '/') {
			out.WriteString(regexp.QuoteMeta(string(rune(b))))
			out.WriteByte('|')
		}
	}
	if out.Len() == 0 {
		return `[^\x{0}-\x{10FFFF}]`
	}
	return "(?:" + strings.TrimSuffix(out.String(), "|") + ")"
}
