package text

import (
	"regexp"
	"strings"
)

// Two noncharacters of Unicode (section 23.7), which no text for interchange contains, enclose a name in a
// placeholder.
const placeholderBegin, placeholderEnd = "\uFDD0", "\uFDD1"

var placeholders = regexp.MustCompile(placeholderBegin + `([A-Z_][A-Z0-9_]*)` + placeholderEnd)

// Placeholder stands in a text for a value that isn't known yet; the name is of [A-Z_][A-Z0-9_]*.
func Placeholder(name string) string { return placeholderBegin + name + placeholderEnd }

// MapPlaceholders replaces the parts of s: text by plain(text), a placeholder by value(name). nil leaves
// text as it is.
func MapPlaceholders(s string, plain, value func(string) string) string {
	if plain == nil {
		plain = func(s string) string { return s }
	}
	if !strings.Contains(s, placeholderBegin) {
		return plain(s)
	}
	var b strings.Builder
	end := 0
	for _, at := range placeholders.FindAllStringSubmatchIndex(s, -1) {
		if at[0] > end {
			b.WriteString(plain(s[end:at[0]]))
		}
		b.WriteString(value(s[at[2]:at[3]]))
		end = at[1]
	}
	if end < len(s) {
		b.WriteString(plain(s[end:]))
	}
	return b.String()
}

// ShowPlaceholders is s for people: placeholders become ${NAME}.
func ShowPlaceholders(s string) string {
	return MapPlaceholders(s, nil, func(name string) string { return "${" + name + "}" })
}
