package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	const module, main = "module example.com/m\n\ngo 1.26\n", "package main\n\nfunc main() { run() }\n"
	good := map[string]string{
		"go.mod": module, "main.go": main,
		"run_unix.go":      "//go:build unix\n\npackage main\n\nimport \"syscall\"\n\nfunc run() { _ = syscall.Kill(1, syscall.SIGTERM) }\n",
		"run_windows.go":   "package main\n\nimport \"fmt\"\n\nfunc run() { fmt.Println(\"no signals\") }\n",
		"main_test.go":     "package main\n\nimport \"testing\"\n\nfunc TestRun(t *testing.T) { t.Log(\"%\") }\n",
		"external_test.go": "package main_test\n\nimport \"testing\"\n\nfunc TestMore(*testing.T) {}\n",
	}
	for _, test := range []struct {
		name, file, content, system, want string
		faulty                            bool
	}{
		{"good on Windows", "", "", "windows", "windows: 2 packages, 0 findings\n", false},
		{"good on macOS", "", "", "darwin", "darwin: 2 packages, 0 findings\n", false},
		{"a name that Windows lacks", "run_unix.go", "//go:build !plan9\n\npackage main\n\nimport \"syscall\"\n\nfunc run() { _ = syscall.Kill(1, syscall.SIGTERM) }\n", "windows", "undefined: syscall.Kill", true},
		{"a finding on Windows alone", "run_windows.go", "package main\n\nimport \"fmt\"\n\nfunc run() { fmt.Printf(\"%d\\n\", \"x\") }\n", "windows", "run_windows.go:5:26: fmt.Printf format %d has arg \"x\" of wrong type string", true},
		{"and not on macOS", "run_windows.go", "package main\n\nimport \"fmt\"\n\nfunc run() { fmt.Printf(\"%d\\n\", \"x\") }\n", "darwin", "2 packages, 0 findings", false},
		{"a type error in a test", "external_test.go", "package main_test\n\nimport \"testing\"\n\nfunc TestMore(*testing.T) { var i int = \"\"; _ = i }\n", "windows", "external_test.go:5:41: cannot use", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, content := range good {
				if name == test.file {
					content = test.content
				}
				if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var out strings.Builder
			found, err := check(&out, dir, test.system, []string{"./..."})
			if err != nil || (found > 0) != test.faulty || !strings.Contains(out.String(), test.want) {
				t.Errorf("got %d, %v, %s\nwant faults: %t, %s", found, err, &out, test.faulty, test.want)
			}
		})
	}
	if _, err := check(&strings.Builder{}, t.TempDir(), "windows", []string{"./..."}); err == nil {
		t.Error("a folder without a module is no error")
	}
}
