package store

import (
	"strings"
	"testing"
)

func TestSides(t *testing.T) {
	for content, want := range map[string][]string{
		"a\nb\n": {"a\nb\n"},
		"a\n<<<<<<< HEAD\nx\n=======\ny\nz\n>>>>>>> other\nb\n":                         {"a\nx\nb\n", "a\ny\nz\nb\n"},
		"<<<<<<< HEAD\nx\n||||||| base\no\n=======\n>>>>>>> other\n":                    {"x\n", ""},
		"<<<<<<< a\r\nx\r\n=======\r\ny\r\n>>>>>>> b\r\n":                               {"x\r\n", "y\r\n"},
		"<<<<<<< a\n1\n=======\n2\n>>>>>>> b\nm\n<<<<<<< a\n3\n=======\n4\n>>>>>>> b\n": {"1\nm\n3\n", "2\nm\n4\n"},
		"title\n=======\n":        {"title\n=======\n"},
		"<<<<<<< a\nx\n=======\n": {"<<<<<<< a\nx\n=======\n"},
		"<<<<<<<< a\nx\n":         {"<<<<<<<< a\nx\n"},
	} {
		var got []string
		for _, side := range sides([]byte(content)) {
			got = append(got, string(side))
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q has the sides %q, not %q", content, got, want)
		}
	}
}
