//go:build linux

package kubernetes_test

import (
	"regexp"
	"strings"
)

func matches(pattern, text string) bool { return regexp.MustCompile(pattern).MatchString(text) }

var errorCode = regexp.MustCompile(`OG[0-9]{3}`)

// internal reports a code of a bug in omegagen.
func internal(code string) bool { return strings.HasPrefix(code, "OG9") }

// tester is a test of this package or of rapid's.
type tester interface {
	Helper()
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
}
