package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/cmd/omegagen/internal/importer"
	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/format"
)

// composeFiles are the Compose files below a folder.
func composeFiles(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
		if ext := filepath.Ext(name); err == nil && !e.IsDir() && (ext == ".yaml" || ext == ".yml") {
			out = append(out, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// importFile imports one file, as the command does, without writing anything. nil: Compose doesn't load it.
func importFile(t *testing.T, file string, faithful bool) *imported {
	t.Helper()
	return importWith(t, importer.Options{Files: []string{file}, Faithful: faithful})
}

func importWith(t *testing.T, o importer.Options) *imported {
	t.Helper()
	s, err := importer.Load(o)
	if err != nil {
		return nil
	}
	file := s.Files[0]
	a := &app{stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}
	r, err := a.importDraft(s)
	if err != nil {
		t.Errorf("%s: %s", file, err)
		return nil
	}
	if r.diags.HasErrors() {
		t.Errorf("%s: the manifest is invalid: %s\n%s", file, r.diags.Errs(), r.manifest)
	}
	if out, diags := format.Format("main.hcl", r.manifest); diags.HasErrors() || !bytes.Equal(out, r.manifest) {
		t.Errorf("%s: the manifest isn't in canonical style: %s", file, diags)
	}
	return r
}

// lossesOf lists what is lost, a line each.
func lossesOf(lists ...[]importer.Loss) string {
	var out strings.Builder
	for _, l := range slices.Concat(lists...) {
		fmt.Fprintf(&out, "%s: %s: %s\n", l.Place, l.What, l.Why)
	}
	return out.String()
}

// lostOfComposeGo are the losses of compose-go's own test files: what Compose refuses to run, too.
var lostOfComposeGo = map[string]string{
	"loader/testdata/golden/web-stack.golden.yaml": "two replicas publish one port",
	"loader/testdata/golden/web-stack.yaml":        "two replicas publish one port; image \"example/web:\"",
}

// TestImportComposeGo imports every test file of compose-go that it loads.
func TestImportComposeGo(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/compose-spec/compose-go/v2").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := strings.TrimSpace(string(out))
	n := 0
	for _, file := range composeFiles(t, dir) {
		name, err := filepath.Rel(dir, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, faithful := range []bool{false, true} {
			r := importFile(t, file, faithful)
			if r == nil {
				continue
			}
			n++
			if lost := lossesOf(r.losses); (lost != "") != (lostOfComposeGo[filepath.ToSlash(name)] != "") {
				t.Errorf("%s (faithful %v) lost:\n%s", name, faithful, lost)
			}
		}
	}
	if n < 80 {
		t.Errorf("only %d imports", n)
	}
}

var updateImports = flag.Bool("update-imports", false, "write what imports of testdata/import give")

// unstorable is a password in testdata/import/passwords that .env can't hold, so that it stays in the manifest.
const unstorable = "CERTIFICATE_PASSWORD"

// TestImportStacks imports stacks of the kinds that people have. main.hcl and lost.txt beside them are
// what that gives.
func TestImportStacks(t *testing.T) {
	dirs, err := filepath.Glob("testdata/import/*")
	if err != nil || len(dirs) < 40 {
		t.Fatal(len(dirs), err)
	}
	for _, dir := range dirs {
		r := importWith(t, importer.Options{Dir: dir})
		faithful := importWith(t, importer.Options{Dir: dir, Faithful: true})
		if r == nil || faithful == nil {
			t.Errorf("%s isn't loaded", dir)
			continue
		}
		golden(t, filepath.Join(dir, "want", "main.hcl"), r.manifest)
		for _, x := range r.diags {
			if code := diag.Code(x); slices.Contains([]string{"OG803", "OG833", "OG849"}, code) && !strings.Contains(x.Detail, unstorable) {
				t.Errorf("%s: %s: %s", dir, code, x.Detail)
			}
		}
		lost := lossesOf(r.losses, r.missing)
		golden(t, filepath.Join(dir, "want", "lost.txt"), []byte(lost))
		places := func(r *imported) (out string) {
			for _, l := range slices.Concat(r.losses, r.missing) {
				out += l.Place + " " + l.What + "\n"
			}
			return out
		}
		// Without stages, the healthcheck of a Dockerfile isn't known.
		if places(faithful) != places(r) && filepath.Base(dir) != "dockerfiles" {
			t.Errorf("%s loses with --faithful\n%swithout\n%s", dir, lossesOf(faithful.losses, faithful.missing), lost)
		}
	}
}

// golden compares a file with what it should be.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *updateImports {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(want, got) {
		t.Errorf("%s differs (go test -run TestImportStacks -update-imports, then read the difference):\n%s", name, got)
	}
}

// FuzzImport: what Compose loads, import writes as a valid manifest, or says what is lost; it never panics.
func FuzzImport(f *testing.F) {
	files, err := filepath.Glob("testdata/import/*/*compose*.y*ml")
	if err != nil || len(files) == 0 {
		f.Fatal(err)
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	for _, src := range []string{
		"services: {a: {image: x, ports: ['0:0', '1-2:1-2/sctp', '[::]:80:80', '0.0.0.0:80:80']}}",
		"services: {1.a: {image: 'x@y', container_name: '${A:-b}', networks: {default: , n: {aliases: [a]}}}, b: {image: x, links: ['1.a:c'], network_mode: 'service:1.a'}}\nnetworks: {n: }",
		"services: {a: {build: {context: ., dockerfile_inline: \"FROM a\\nRUN b\"}, volumes: ['/a', './b:/c:rw,z', 'd:/e']}}\nvolumes: {d: }",
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		name := filepath.Join(t.TempDir(), "compose.yaml")
		if err := os.WriteFile(name, src, 0o644); err != nil {
			t.Fatal(err)
		}
		importFile(t, name, len(src)%2 == 0)
	})
}

// BenchmarkImport imports 300 services.
func BenchmarkImport(b *testing.B) {
	var src strings.Builder
	src.WriteString("services:\n")
	for i := range 300 {
		fmt.Fprintf(&src, "  s%d:\n    image: nginx:1.%d\n    ports: ['%d:80']\n    environment: {A: '${A:-x}', N: %d}\n    volumes: ['v%d:/data', './c:/c:ro']\n    restart: always\n", i, i%20, 10000+i, i, i%7)
		if i > 0 {
			fmt.Fprintf(&src, "    depends_on: [s%d]\n", i-1)
		}
	}
	src.WriteString("volumes: {v0: , v1: , v2: , v3: , v4: , v5: , v6: }\n")
	name := filepath.Join(b.TempDir(), "compose.yaml")
	if err := os.WriteFile(name, []byte(src.String()), 0o644); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := importer.Load(importer.Options{Files: []string{name}})
		if err != nil {
			b.Fatal(err)
		}
		r, err := (&app{}).importDraft(s)
		if err != nil || r.diags.HasErrors() || len(r.losses) > 0 {
			b.Fatal(err, r.diags, r.losses)
		}
	}
}
