package quote

import "strings"

// Compose escapes s for a string value of a Compose file, in which Compose interpolates `$name` and
// `${name}`. YAML's own quoting is applied on top.
func Compose(s string) string { return strings.ReplaceAll(s, "$", "$$") }

// ComposeRequired is the interpolation of an environment variable that must be set and not empty;
// otherwise Compose doesn't start, with the message. The name must be an identifier; what would end or
// change the expression is removed from the message.
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

// ComposeDefault is the interpolation of an environment variable, or of a default if it isn't set or is
// empty. The name must be an identifier; the default must not contain $, braces or backslashes, and is
// empty otherwise.
func ComposeDefault(name, value string) string {
	if strings.ContainsAny(value, "${}\\") {
		value = ""
	}
	return "${" + name + ":-" + value + "}"
}
