package quote

import "strings"

// Compose escapes s for a string value of a Compose file, where Compose
// interpolates `$name` and `${name}`. YAML's own quoting comes on top.
func Compose(s string) string { return strings.ReplaceAll(s, "$", "$$") }

// ComposeRequired is the interpolation of an environment variable that must
// be set and not empty; Compose refuses to start otherwise, with the message.
// The name must be an identifier; what would end or change the expression is
// taken out of the message.
func ComposeRequired(name, message string) string {
	message = strings.Map(func(r rune) rune {
		switch {
		case r == '{' || r == '}' || r == '$':
			return -1
		case r < ' ':
			return ' '
		}
		return r
	}, message)
	return "${" + name + ":?" + message + "}"
}
