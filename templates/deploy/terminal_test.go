package deploy_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/internal/tooltest"
)

// columnsOf is the number of columns that a terminal shows a text in, for the characters of these tests.
func columnsOf(text string) int {
	n := 0
	for _, r := range text {
		switch {
		case r >= 0x300 && r < 0x370:
		case r >= 0x1100 && r < 0x1160, r >= 0x2e80 && r < 0xd7a4, r >= 0xff01 && r < 0xff61, r >= 0x1f000:
			n += 2
		default:
			n++
		}
	}
	return n
}

// onWidth runs deploy.sh on a pseudo-terminal, which before, a script, prepares. watch is
// called while it runs, and is given what stands there so far.
func (k *kit) onWidth(before, command string, watch func(shown func() string), env ...string) string {
	k.t.Helper()
	tooltest.Need(k.t, "script", "stty")
	interpreter := k.shell
	if k.shell == "busybox" {
		interpreter = "busybox sh"
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "script", "-qec", before+"\n"+interpreter+" deploy.sh "+command, "/dev/null")
	cmd.Dir = k.dir
	cmd.Env = append(append(os.Environ(), "TERM=xterm", "SHELL=/bin/sh"), env...)
	var out lockedBuffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	watch(out.String)
	if err := cmd.Wait(); err != nil {
		k.t.Fatalf("%v\n%s", err, out.String())
	}
	return out.String()
}

// drawn are the live lines of an output, as they were written.
var drawn = regexp.MustCompile("\r\x1b\\[K\x1b\\[\\?7l([^\r\n]*)\x1b\\[\\?7h")

func liveTexts(out string) (texts []string) {
	for _, m := range drawn.FindAllStringSubmatch(out, -1) {
		if m[1] != "" {
			texts = append(texts, m[1])
		}
	}
	return texts
}

// The live line fits the terminal at every moment: with wide and combining characters in the names of
// steps, at every width, and after the window is made smaller during a run.
func TestLiveWidth(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		var tasks []task
		for _, name := range []string{"fetch-constellation-server", "构建镜像-federation-worker", "na\u0308hte-pru\u0308fen", "🚀-launch-monitoring-stack"} {
			tasks = append(tasks, task{name: name, run: "until [ -f ../go ]; do sleep 0.1; done", takes: 100})
		}
		k := newKit(t, shell, m, plans(planOf(m, tasks...)))
		k.write("redirected", "")
		widths := []struct {
			before string
			env    []string
			first  int // the terminal's width at the start
			last   int // and at the end
		}{
			{"stty cols 80", nil, 80, 80},
			{"stty cols 40", nil, 40, 40},
			{"stty cols 20", nil, 20, 20},
			{"stty cols 120; (sleep 2; stty cols 20 </dev/tty) &", nil, 120, 20},
			{"stty cols 100", []string{"COLUMNS=30"}, 30, 30},
			{"stty cols 30", []string{"COLUMNS=100"}, 30, 30},
			{"stty cols 0", []string{"COLUMNS=25"}, 25, 25},
		}
		for _, w := range widths {
			_ = os.RemoveAll(k.dir + "/.omegagen")
			_ = os.Remove(k.dir + "/../go")
			out := k.onWidth(w.before, "up", func(shown func() string) {
				waitFor(t, func() bool {
					texts := liveTexts(shown())
					return len(texts) >= 3 && columnsOf(texts[len(texts)-1]) < w.last
				})
				k.write("../go", "")
			}, w.env...)
			texts := liveTexts(out)
			if len(texts) < 3 {
				t.Errorf("%s: %d live lines in\n%q", w.before, len(texts), out)
				continue
			}
			widest := 0
			for _, text := range texts {
				if got := columnsOf(text); got >= w.first {
					t.Errorf("%s: %d columns: %q", w.before, got, text)
				} else {
					widest = max(widest, got)
				}
			}
			if last := texts[len(texts)-1]; columnsOf(last) >= w.last || !strings.HasPrefix(last, "[") {
				t.Errorf("%s: at last %q", w.before, last)
			}
			if widest < w.first-4 && w.first < 100 {
				t.Errorf("%s: only %d columns are used: %q", w.before, widest, texts)
			}
			for _, text := range texts {
				if strings.ContainsRune(text, '\uFFFD') || !strings.HasSuffix(strings.TrimRight(text, "0123456789hms"), " ") && !strings.HasSuffix(text, "…") {
					t.Errorf("%s: cut within a character or without saying so: %q", w.before, text)
				}
			}
		}
		// Where standard output is no terminal, there is no live line.
		_ = os.RemoveAll(k.dir + "/.omegagen")
		if out := k.want(0); strings.ContainsAny(out, "\r\x1b") {
			t.Errorf("escape sequences in redirected output: %q", out)
		}
	})
}

// TestFit cuts lines to every width.
func TestFit(t *testing.T) {
	parts := []string{"plain text", "混合 mixed 文字", "e\u0301e\u0301e\u0301e\u0301", "🚀🚀", "\x1b[1mred\a", "a\xffb\xe6\x97", "", "한국어 텍스트", "ｆｕｌｌ"}
	for _, shell := range shells {
		tooltest.Need(t, shell)
		args := []string{"-c", `. ../deploy/runtime/terminal.sh; fit "$1"`, "-"}
		if shell == "busybox" {
			args = append([]string{"sh"}, args...)
		}
		for width := 1; width < 20; width++ {
			cmd := exec.Command(shell, append(args, fmt.Sprint(width))...)
			cmd.Dir = "."
			cmd.Stdin = strings.NewReader(strings.Join(parts, "\n") + "\n")
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v\n%s", shell, err, out)
			}
			got := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
			if len(got) != len(parts) {
				t.Fatalf("%s: %q", shell, got)
			}
			for i, line := range got {
				whole := strings.Map(func(r rune) rune {
					if r < ' ' || r == '\uFFFD' {
						return '?'
					}
					return r
				}, parts[i])
				if i == 5 {
					whole = "a?b??"
				}
				kept := strings.TrimSuffix(line, "…")
				switch {
				case columnsOf(whole) <= width && line != whole:
					t.Errorf("%s, %d columns: %q instead of %q", shell, width, line, whole)
				case columnsOf(whole) > width && (line == kept || !strings.HasPrefix(whole, kept) || columnsOf(line) > width || columnsOf(line) < width-1):
					t.Errorf("%s, %d columns: %q of %q", shell, width, line, whole)
				}
			}
		}
	}
}
