//go:build !race

// Long computations in one goroutine: make test runs this package without the race detector, too.

package ruletest

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"

	"github.com/omegagen/omegagen/internal/tooltest"
)

// promtool gives the same verdict about random tests: about those that expect what was seen here, with labels and
// annotations, and about random expectations; and about the rules that a test needs as about all rules.
func TestPromtoolAgrees(t *testing.T) {
	tool := tooltest.Need(t, "promtool")[0]
	n := 500
	if testing.Short() {
		n = 50
	}
	r := rand.New(rand.NewPCG(18, 1))
	dir := t.TempDir()
	var tests []*random
	args := []string{"test", "rules"}
	files := map[string]*random{}
	for range n {
		x := generate(r)
		if r.IntN(4) > 0 {
			expect(&x)
		}
		file := x.write(t, dir)
		args = append(args, file)
		files[file] = &x
		tests = append(tests, &x)
	}
	text, _ := exec.Command(tool, args...).CombinedOutput() // fails if any test does
	seen, passed, fired := 0, 0, 0
	for _, m := range verdict.FindAllStringSubmatch(string(text), -1) {
		x := files[m[1]]
		if x == nil {
			t.Fatalf("promtool tests %s", m[1])
		}
		seen++
		got, err := Run(x.groups, &x.test, moment(x.interval), false)
		ok := err == nil && got.Passed
		if ok != (m[2] == "SUCCESS") {
			source, _ := os.ReadFile(m[1])
			t.Errorf("promtool says %s, and here it is %+v (%v): %+v\n%s", m[2], got, err, x.groups, source)
		}
		if needed, err := Run(Needed(x.groups, x.alert, &x.test), &x.test, moment(x.interval), false); got.Err == nil && (err != nil || needed.Passed != got.Passed) {
			t.Errorf("with the needed rules alone it is %+v (%v), not %+v: %+v", needed, err, got, x.groups)
		}
		if ok {
			passed++
		}
		for _, a := range got.Alerts {
			if a.Firing {
				fired++
				break
			}
		}
	}
	if seen != len(tests) {
		t.Fatalf("promtool has a verdict about %d of %d tests:\n%.2000s", seen, len(tests), text)
	}
	if passed < n/4 || passed > n*9/10 || fired < n/10 {
		t.Errorf("%d of %d pass and in %d an alert fires: the tests aren't varied", passed, n, fired)
	}
	t.Logf("%d tests, %d pass, in %d an alert fires", n, passed, fired)
}
