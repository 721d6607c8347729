package kubernetes

import "strings"

// literal writes a string such that the kubelet's expansion of $(NAME) in environments, commands and arguments
// gives the string back: "$$" is a dollar sign, and a reference to a variable begins with "$(". Any other
// dollar sign stands for itself.
func literal(s string) string {
	if !strings.Contains(s, "$") {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		if s[i] == '$' && i+1 < len(s) && (s[i+1] == '$' || s[i+1] == '(') {
			b.WriteByte('$')
		}
	}
	return b.String()
}

func literals(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = literal(s)
	}
	return out
}
