package grafana

import (
	"bytes"
	"strings"
)

// lineWidth is how long a line with a whole object or list may be.
const lineWidth = 120

// layOut writes compact JSON with two spaces of indentation; an object or a list that fits on a line
// stays there, unless it contains another one with something in it that contains a third.
func layOut(src []byte) []byte {
	l := &layouter{src: src}
	l.value(0, 0)
	return l.out.Bytes()
}

type layouter struct {
	src []byte
	at  int
	out bytes.Buffer
}

// value writes the value at the position; taken is the width of its line before it.
func (l *layouter) value(depth, taken int) {
	end, nesting := l.span()
	text := l.src[l.at:end]
	if c := text[0]; c != '{' && c != '[' || len(text) == 2 {
		l.out.Write(text)
		l.at = end
		return
	}
	if line := spaced(text); nesting <= 2 && taken+len(line) <= lineWidth {
		l.out.WriteString(line)
		l.at = end
		return
	}
	l.out.WriteByte(l.src[l.at])
	closing := l.src[end-1]
	for l.at++; l.at < end-1; {
		l.out.WriteString("\n" + strings.Repeat("  ", depth+1))
		taken := 2*depth + 2
		if closing == '}' {
			key := l.at
			l.at = stringEnd(l.src, l.at)
			l.out.Write(l.src[key:l.at])
			l.out.WriteString(": ")
			taken += l.at - key + 2
			l.at++ // the colon
		}
		l.value(depth+1, taken)
		if l.src[l.at] == ',' {
			l.out.WriteByte(',')
			l.at++
		}
	}
	l.out.WriteString("\n" + strings.Repeat("  ", depth))
	l.out.WriteByte(closing)
	l.at = end
}

// span is where the value at the position ends, and how deep it is nested.
func (l *layouter) span() (end, nesting int) {
	open := 0
	for i := l.at; i < len(l.src); i++ {
		switch l.src[i] {
		case '"':
			i = stringEnd(l.src, i) - 1
		case '{', '[':
			open++
			if next := l.src[i+1]; next != '}' && next != ']' {
				nesting = max(nesting, open)
			}
			continue
		case '}', ']':
			open--
			if open < 0 {
				return i, nesting
			}
		case ',':
			if open == 0 {
				return i, nesting
			}
			continue
		default:
			continue
		}
		if open == 0 {
			return i + 1, nesting
		}
	}
	return len(l.src), nesting
}

// stringEnd is the position after the string at a position.
func stringEnd(src []byte, at int) int {
	for i := at + 1; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(src)
}

// spaced is compact JSON in one line with spaces.
func spaced(src []byte) string {
	var b strings.Builder
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c == '"':
			end := stringEnd(src, i)
			b.Write(src[i:end])
			i = end - 1
		case c == ',' || c == ':':
			b.WriteByte(c)
			b.WriteByte(' ')
		case c == '{' && src[i+1] != '}':
			b.WriteString("{ ")
		case c == '}' && i > 0 && src[i-1] != '{':
			b.WriteString(" }")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
