package deploy

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"text/template"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/quote"
)

var ruleText = diag.Error("OG700", "Invalid character for a shell script",
	"deploy.sh is a shell script: its texts cannot contain NUL bytes, and the paths of the kit's files cannot contain line breaks.")

// value is a text from the manifest that becomes a shell word.
type value struct {
	text   string
	at     hcl.Range
	quoted bool // always, even if a bare word would do
}

// key is an identifier that replaces a name in shell function and variable names.
type key string

var isKey = regexp.MustCompile(`^[A-Za-z0-9_]+$`)

// quoting are the quoting functions that everything written by the templates must
// pass. They report to s.
func quoting(s *script) template.FuncMap {
	return template.FuncMap{
		"value":   s.value,
		"values":  s.values,
		"comment": quote.ShellComment,
		"list":    s.list,
		"key": func(k key) (string, error) {
			if !isKey.MatchString(string(k)) {
				return "", fmt.Errorf("%q cannot be part of a shell identifier", string(k))
			}
			return string(k), nil
		},
		"number": func(n int64) string { return strconv.FormatInt(n, 10) },
	}
}

// value quotes a value as a shell word.
func (s *script) value(v value) string {
	word, err := shellWord(v)
	if err != nil {
		s.unheld(err, v.at)
		return "''"
	}
	return word
}

// shellWord quotes a value: parameters become expansions of their variables.
func shellWord(v value) (string, error) {
	if !manifest.HasParameter(v.text) {
		if v.quoted {
			return quote.ShellString(v.text)
		}
		return quote.ShellWord(v.text)
	}
	var failed error
	word := manifest.MapParameters(v.text, func(s string) string {
		w, err := quote.ShellString(s)
		failed = errors.Join(failed, err)
		return w
	}, func(envVar string) string { return `"$` + envVar + `"` })
	return word, failed
}

// heredoc is the operator and the text of a here-document, in which parameters become expansions of their variables.
func heredoc(name, lines string) (operator, text string, err error) {
	if !manifest.HasParameter(lines) {
		return quote.Heredoc(name, lines)
	}
	operator, text, err = quote.Heredoc(name, manifest.MapParameters(lines, func(s string) string {
		return strings.NewReplacer(`\`, `\\`, "$", `\$`, "`", "\\`").Replace(s)
	}, func(envVar string) string { return "${" + envVar + "}" }))
	return strings.NewReplacer("'", "").Replace(operator), text, err
}

// values quotes the words of a command.
func (s *script) values(words []value) string {
	out := make([]string, len(words))
	for i, v := range words {
		out[i] = s.value(v)
	}
	return strings.Join(out, " ")
}

// list is the body of a function that prints lines.
func (s *script) list(name string, lines []string) string {
	if len(lines) == 0 {
		return "{ :; }\n"
	}
	operator, text, err := heredoc(strings.ToUpper(name), strings.Join(lines, "\n"))
	if err != nil {
		s.unheld(err, s.m.System.Range)
		return "{ :; }\n"
	}
	return "{\n    cat " + operator + "\n" + text + "}\n"
}

func (s *script) unheld(err error, at hcl.Range) {
	s.diags = s.diags.Append(ruleText.At(at, "A text of this block is part of deploy.sh, but %s. Remove that character.", err))
}

// word is a value that is quoted if necessary; quoted is one that always is.
func word(text string, at hcl.Range) value   { return value{text: text, at: at} }
func quoted(text string, at hcl.Range) value { return value{text: text, at: at, quoted: true} }

// setting is the value of an assignment: numbers are bare, all else is quoted, so
// that shellcheck doesn't take the name of a command for a forgotten $( ).
func setting(text string, at hcl.Range) value {
	_, err := strconv.ParseUint(text, 10, 64)
	return value{text: text, at: at, quoted: err != nil}
}

// keyOf is the key of an ID of a kind: the ID itself if it is an identifier.
func (s *script) keyOf(kind, id string) key {
	if k, ok := s.keys[kind+" "+id]; ok {
		return k
	}
	base := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, id)
	k := key(base)
	for n := 2; s.taken[kind+" "+string(k)]; n++ {
		k = key(fmt.Sprintf("%s__%d", base, n))
	}
	s.taken[kind+" "+string(k)] = true
	s.keys[kind+" "+id] = k
	return k
}
