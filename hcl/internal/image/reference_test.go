package image

import (
	"testing"

	upstream "github.com/distribution/reference"
)

// FuzzReference compares the check of references with the engine's own
// parser.
func FuzzReference(f *testing.F) {
	for _, s := range []string{
		"", "a", "debian:12", "Debian", "a/B", "A/b", "localhost/a", "localhost:5000/a", "example.org:5000/a/b:c", "example.org:x/a", "a:B", "a:", "a:-x", "a:.x", "a@", "a@sha256:x",
		"a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "a:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		"a@sha256:0123456789abcdef0123456789abcdef", "a@md5:0123456789abcdef0123456789abcdef", "a__b", "a___b", "a--b", "a..b", "a-", "-a", "a//b", "/a", "a/", "[::1]:5000/a", "a b", "a\nb", "é",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "EXAMPLE.org/a", "a.b", "a.b/c", "a_b.c/d",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_, err := upstream.ParseDockerRef(s)
		if problem := reference(s); (problem == "") != (err == nil) && len(s) < 200 {
			t.Errorf("%q: we say %q, the engine %v", s, problem, err)
		}
	})
}
