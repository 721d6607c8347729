package deploy_test

import (
	"regexp"
	"testing"
)

// A declared action that achieves a secret and only refers to it makes it: the value
// is there before its script runs.
func TestOwnSecret(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, ps := load(t, `system "test" {}
secret "word" {
  length = 24
}
action "make" {
  achieves = [secret.word.set]
  run      = "test -n \"${secret.word}\""
  validate = "test -n \"${secret.word}\""
}
goal "g" {
  condition = secret.word.set
}
`)
		k := newKit(t, shell, m, ps)
		k.want(0)
		first := k.read(".omegagen/secrets/word")
		if !regexp.MustCompile(`^[A-Za-z0-9]{24}$`).MatchString(first) {
			t.Fatalf("the secret is %q", first)
		}
		contains(t, k.want(0), "Nothing to do")
		mustEqual(t, "the secret", k.read(".omegagen/secrets/word"), first)
	})
}
