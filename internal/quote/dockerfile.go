package quote

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxDockerfileLine is the length at which BuildKit's parser rejects a line.
const maxDockerfileLine = 60000

// DockerfileWord writes s as one word of an instruction whose words BuildKit expands (ENV, LABEL, ARG,
// WORKDIR, USER, …), so that s is read back: in double quotes, unless it consists of harmless
// characters. A Dockerfile is read line by line, so a string with a line break is an error, as is
// U+0000.
func DockerfileWord(s string) (string, error) {
	if err := dockerfileText(s); err != nil {
		return "", err
	}
	if s != "" && s[0] != '-' && harmless(s) {
		return s, nil
	}
	return `"` + dockerfileEscaper.Replace(s) + `"`, nil
}

var dockerfileEscaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`)

func dockerfileText(s string) error {
	switch {
	case !utf8.ValidString(s):
		return errors.New("it isn't valid UTF-8")
	case strings.Contains(s, "\n"):
		return errors.New("a Dockerfile is read line by line and has no escape for a line break")
	case strings.Contains(s, "\x00"):
		return errors.New("a Dockerfile can't contain the character U+0000")
	case len(s) > maxDockerfileLine:
		return fmt.Errorf("it is %d bytes long, but BuildKit rejects lines of more than %d", len(s), maxDockerfileLine)
	}
	return nil
}

// harmless reports whether s consists of characters without special meaning to BuildKit's lexer, to a
// shell, or to a reader.
func harmless(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_./:@%+,-", c) >= 0) {
			return false
		}
	}
	return true
}

// DockerfileName writes the name of an ENV, LABEL or ARG entry. BuildKit ends
// it at the first '=', wherever that stands.
func DockerfileName(s string) (string, error) {
	if s == "" || strings.Contains(s, "=") {
		return "", errors.New("the name of a Dockerfile's ENV, LABEL or ARG can't be empty or contain '='")
	}
	return DockerfileWord(s)
}

// DockerfilePath writes a path of COPY, ADD or VOLUME for a JSON array (or, if it has no blanks,
// bare): the array is decoded, then the word is expanded.
func DockerfilePath(s string) (string, error) {
	if err := dockerfileText(s); err != nil {
		return "", err
	}
	if !strings.ContainsAny(s, `\"'$<`) && !strings.HasPrefix(s, "\ufeff") {
		return s, nil
	}
	return `"` + dockerfileEscaper.Replace(s) + `"`, nil
}

// DockerfileJSON writes the exec form: a JSON array on one line. Strings may contain any character but
// U+0000, which can't be passed to a process.
func DockerfileJSON(words []string) (string, error) {
	var b bytes.Buffer
	b.WriteByte('[')
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for i, w := range words {
		if !utf8.ValidString(w) || strings.Contains(w, "\x00") {
			return "", errors.New("an argument can't contain the character U+0000, and must be UTF-8")
		}
		if i > 0 {
			b.WriteString(", ")
		}
		if err := e.Encode(w); err != nil {
			return "", err
		}
		b.Truncate(b.Len() - 1) // the encoder's newline
	}
	b.WriteByte(']')
	if b.Len() > maxDockerfileLine {
		return "", fmt.Errorf("it is %d bytes long, but BuildKit rejects lines of more than %d", b.Len(), maxDockerfileLine)
	}
	return b.String(), nil
}

// DockerfileLine reports whether a command in shell form can be written on the line of its
// instruction, so that it is read back exactly: on one line, without blanks at its ends, and unlike a
// comment, a flag, an exec form, a continued line or a heredoc.
func DockerfileLine(s string) bool {
	if s == "" || len(s) > maxDockerfileLine || s != strings.TrimSpace(s) || !utf8.ValidString(s) {
		return false
	}
	if strings.ContainsAny(s, "\n\r\x00") || strings.Contains(s, "<<") {
		return false
	}
	var list []any
	if s[0] == '[' && json.NewDecoder(strings.NewReader(s)).Decode(&list) == nil {
		return false
	}
	return s[0] != '#' && !strings.HasPrefix(s, "--") && !strings.HasSuffix(s, `\`)
}
