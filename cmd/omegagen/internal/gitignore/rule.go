package gitignore

import (
	"regexp"
	"strings"
)

// rule is a line of a .gitignore.
type rule struct {
	include bool // it begins with "!"
	folders bool // it ends in "/": folders alone
	base    bool // it has no other "/": it is about names in any folder below
	prefix  string
	rest    *regexp.Regexp // after the prefix; nil: nothing matches
}

func parse(text string) []rule {
	var out []rule
	for _, line := range strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n") {
		line = trimSpaces(strings.TrimSuffix(line, "\r"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		r := rule{}
		line, r.include = strings.CutPrefix(line, "!")
		line, r.folders = strings.CutSuffix(line, "/")
		r.base = !strings.Contains(line, "/")
		if !r.base {
			line = strings.TrimPrefix(line, "/")
		}
		if line == "" {
			continue
		}
		// What is before the first special character is compared byte by byte, and the rest is a pattern of
		// its own: so "a**/b" has "**" where its pattern begins.
		n := strings.IndexAny(line, `*?[\`)
		if n < 0 {
			n = len(line)
		}
		if r.base && n < len(line) {
			n = 0
		}
		r.prefix = line[:n]
		r.rest = compile(line[n:], !r.base)
		out = append(out, r)
	}
	return out
}

// trimSpaces removes spaces at the end, unless a backslash is before them.
func trimSpaces(line string) string {
	end := len(line)
	for end > 0 && line[end-1] == ' ' {
		end--
	}
	if slashes := len(line[:end]) - len(strings.TrimRight(line[:end], `\`)); slashes%2 == 1 && end < len(line) {
		end++
	}
	return line[:end]
}

func (r *rule) matches(parts []string, dir bool) bool {
	if r.folders && !dir || r.rest == nil {
		return false
	}
	name := parts[len(parts)-1]
	if !r.base {
		name = strings.Join(parts, "/")
	}
	rest, ok := strings.CutPrefix(name, r.prefix)
	return ok && r.rest.MatchString(bytesAsRunes(rest))
}

// bytesAsRunes has a character for each byte, because git's patterns are of bytes.
func bytesAsRunes(s string) string {
	out := make([]rune, len(s))
	for i, c := range []byte(s) {
		out[i] = rune(c)
	}
	return string(out)
}

// compile makes a regular expression of a pattern of git's wildmatch; nil if nothing matches it. In paths,
// only "**" between slashes matches a slash.
func compile(pattern string, paths bool) *regexp.Regexp {
	any, many := ".", ".*"
	if paths {
		any, many = "[^/]", "[^/]*"
	}
	var out strings.Builder
	out.WriteString("(?s)^")
	for i := 0; i < len(pattern); {
		c := pattern[i]
		switch c {
		case '*':
			from := i
			for i < len(pattern) && pattern[i] == '*' {
				i++
			}
			deep := paths && i-from > 1 && (from == 0 || pattern[from-1] == '/')
			switch rest := pattern[i:]; {
			case deep && rest == "":
				out.WriteString(".*")
			case deep && rest[0] == '/':
				i++
				out.WriteString("(?:.*/)?")
			case deep && strings.HasPrefix(rest, `\/`):
				i += 2
				out.WriteString(".*/")
			default:
				out.WriteString(many)
			}
		case '?':
			i++
			out.WriteString(any)
		case '[':
			class, n, ok := bracket(pattern[i:], paths)
			if !ok {
				return nil
			}
			i += n
			out.WriteString(class)
		case '\\':
			if i++; i == len(pattern) {
				return nil
			}
			fallthrough
		default:
			out.WriteString(regexp.QuoteMeta(string(rune(pattern[i]))))
			i++
		}
	}
	out.WriteString("$")
	re, err := regexp.Compile(out.String())
	if err != nil {
		return nil
	}
	return re
}
