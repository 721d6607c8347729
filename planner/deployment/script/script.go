// Package script writes the scripts of generated actions.
package script

import (
	"fmt"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner/deployment"
)

// Script is a script being written. Values that a shell can't represent are
// omitted, and the resulting part reports them.
type Script struct {
	b   strings.Builder
	err error // the first one
}

// Printf adds text, whose values are quoted already.
func (s *Script) Printf(format string, args ...any) { fmt.Fprintf(&s.b, format, args...) }

// Empty reports whether nothing was written.
func (s *Script) Empty() bool { return s.b.Len() == 0 }

// Part is the script as a part of an action.
func (s *Script) Part(phases ...deployment.Phase) deployment.Part {
	return deployment.Part{Phases: phases, Script: manifest.PlainText(s.b.String()), Err: s.err}
}

// Words quotes the words of a command.
func (s *Script) Words(words ...string) string {
	out := make([]string, len(words))
	for i, w := range words {
		word := func(part string) string { return s.Quoted(quote.ShellWord(part)) }
		out[i] = manifest.MapParameters(w, word, text.Placeholder) // a placeholder is a word, or a part of one
	}
	return strings.Join(out, " ")
}

// Quoted is the result of quoting, or an empty word on error.
func (s *Script) Quoted(text string, err error) string {
	if err != nil {
		if s.err == nil {
			s.err = err
		}
		return "''"
	}
	return text
}

// Heredoc is the operator and the lines of a here-document with SQL.
func (s *Script) Heredoc(text string) (operator, lines string) {
	operator, lines, err := quote.Heredoc("SQL", text)
	if err != nil {
		s.Quoted("", err)
		return "<<'SQL'", "SQL\n"
	}
	return operator, lines
}

// Call is a part of an action that calls a function of deploy.sh's runtime.
func Call(command []string, phases ...deployment.Phase) deployment.Part {
	return deployment.Part{Phases: phases, Call: command}
}
