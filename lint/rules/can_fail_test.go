package rules

import (
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

// Whether a check's script can fail: with an exit status that depends on its
// input.
func TestDecides(t *testing.T) {
	for script, want := range map[string]bool{
		"true":                              false,
		"echo fine":                         false,
		"exit 0":                            false,
		"exit 1":                            true,
		"exit":                              true,
		"return 0":                          false,
		"test -e x":                         true,
		"test -e x || true":                 false,
		"true && test -e x":                 true,
		"test -e x && true":                 true,
		"echo x && echo y":                  false,
		"df -h":                             false,
		"docker ps":                         false,
		"docker compose ps":                 false,
		"docker ps x":                       true,
		"docker inspect x":                  true,
		"cat":                               false,
		"cat file":                          true,
		"cat -n":                            false,
		"wc -l < x":                         false,
		"awk '{ print }'":                   false, // a program alone
		"awk '{ print }' file":              true,
		"awk '{ exit 1 }'":                  true,
		"curl x | awk '{ print }' file":     false,
		"awk \"$program\"":                  true,
		"sed -n p":                          false,
		"sed -n p file":                     true,
		"sed q":                             true,
		"jq .x":                             false,
		"jq .x file":                        true,
		"jq -e .x":                          true,
		"curl x | jq --exit-status .x":      true,
		"curl x | jq .x":                    false,
		"curl x | tee file":                 false,
		"tr a b":                            false,
		"xargs rm":                          false,
		"cat <<E\nx\nE\n":                   false,
		"cat file <<E\nx\nE\n":              false,
		"x=$(curl y)":                       true,
		"x=$(echo y)":                       false,
		"x=y":                               false,
		"if test -e x; then echo y; fi":     false,
		"if test -e x; then exit 1; fi":     true,
		"if a; then echo; else exit 2; fi":  true,
		"{ echo x; test -e y; }":            true,
		"( echo x )":                        false,
		"for i in 1 2; do test -e $i; done": true,
		"for i in 1 2; do echo $i; done":    false,
		"case $x in a) exit 1 ;; esac":      true,
		"case $x in a) echo y ;; esac":      false,
		"f() { exit 1; }":                   false,
		"while ! curl x; do sleep 1; done":  true,
	} {
		f, err := syntax.NewParser().Parse(strings.NewReader(script), "")
		if err != nil {
			t.Fatal(script, err)
		}
		if got := canFailAny(f.Stmts); got != want {
			t.Errorf("%q can fail: %v", script, got)
		}
	}
}
