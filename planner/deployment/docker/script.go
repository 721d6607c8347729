package docker

import (
	"fmt"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner/deployment"
)

// script is a script being written. Values that a shell can't represent are
// omitted, and the resulting part reports them.
type script struct {
	b   strings.Builder
	err error // the first one
}

func (s *script) printf(format string, args ...any) { fmt.Fprintf(&s.b, format, args...) }

// part is the script as a part of an action.
func (s *script) part(phases ...deployment.Phase) deployment.Part {
	return deployment.Part{Phases: phases, Script: manifest.PlainText(s.b.String()), Err: s.err}
}

// words quotes the words of a command.
func (s *script) words(words ...string) string {
	out := make([]string, len(words))
	for i, w := range words {
		word := func(part string) string { return s.quoted(quote.ShellWord(part)) }
		out[i] = manifest.MapParameters(w, word, text.Placeholder) // a placeholder is a word, or a part of one
	}
	return strings.Join(out, " ")
}

// quoted is the result of quoting, or an empty word on error.
func (s *script) quoted(text string, err error) string {
	if err != nil {
		if s.err == nil {
			s.err = err
		}
		return "''"
	}
	return text
}

// heredoc is the operator and the lines of a here-document with SQL.
func (s *script) heredoc(text string) (operator, lines string) {
	operator, lines, err := quote.Heredoc("SQL", text)
	if err != nil {
		s.quoted("", err)
		return "<<'SQL'", "SQL\n"
	}
	return operator, lines
}

// call is a part of an action that calls a function of deploy.sh's runtime.
func call(command []string, phases ...deployment.Phase) deployment.Part {
	return deployment.Part{Phases: phases, Call: command}
}
