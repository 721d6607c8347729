package main

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/lint/policy"
)

// initManifest is the manifest that init writes without choices. A test builds it.
//
//go:embed init.hcl
var initManifest []byte

const initName = "main.hcl"

// initFlags are the choices of a first manifest.
type initFlags struct {
	from     []string
	name     string
	service  string
	image    string
	port     int
	host     int
	database string
}

func (a *app) initCommand() *cobra.Command {
	var f initFlags
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a small working manifest to start with",
		Long: strings.TrimSpace(`
Write a small working manifest to start with: of one service, and of a database
that it uses; or, with --from, of Compose files, as import does. Without a flag,
a terminal is asked for the choices. A folder that already contains a manifest
is not changed.`),
		Example: `  omegagen init --service web --image nginx:1.27 --database postgres
  omegagen init --from compose.yaml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.runInit(dirArg(args), &f, cmd.Flags().NFlag() > 0)
		},
	}
	cmd.Flags().StringArrayVar(&f.from, "from", nil, "import a Compose `file` (repeatable)")
	cmd.Flags().StringVar(&f.name, "name", "", "`name` of the system (default: that of the folder)")
	cmd.Flags().StringVar(&f.service, "service", "", "`name` of the service (default: web)")
	cmd.Flags().StringVar(&f.image, "image", "", "its image, such as `nginx:1.27`")
	cmd.Flags().IntVar(&f.port, "port", 0, "the `port` on which it listens (default: that of a known image, or 8080)")
	cmd.Flags().IntVar(&f.host, "host-port", 0, "the `port` of this machine on which it is published (default: 8080)")
	cmd.Flags().StringVar(&f.database, "database", "", "`server` of its database: "+strings.Join(initDatabases(), ", "))
	return cmd
}

func (a *app) runInit(dir string, f *initFlags, chosen bool) error {
	if len(f.from) > 0 && (f.service != "" || f.image != "" || f.port != 0 || f.host != 0 || f.database != "") {
		return errors.New("--from takes the services from Compose files; leave out --service, --image, --port, --host-port and --database")
	}
	if err := f.check(); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return failure{err}
	}
	if err := noManifest(dir, "init"); err != nil {
		return failure{err}
	}
	if !chosen && a.asks {
		if err := a.askInit(dir, f); err != nil {
			return err
		}
		chosen = true
	}
	if len(f.from) > 0 {
		return a.runImport(f.from, &importFlags{out: dir, name: f.name})
	}
	src := initManifest
	if chosen {
		var err error
		if src, err = a.chosenManifest(dir, f); err != nil {
			return err
		}
	}
	name := filepath.Join(dir, initName)
	if err := writeNew(name, src); err != nil {
		return failure{err}
	}
	fmt.Fprintf(a.stdout, "Wrote %s. Next: omegagen build %s\n", name, dir)
	return nil
}

// check refuses choices that no manifest can have.
func (f *initFlags) check() error {
	if f.database != "" && f.database != "none" && databaseDrafts[f.database].image == "" {
		return fmt.Errorf("invalid --database %q; use %s", f.database, strings.Join(initDatabases(), ", "))
	}
	for flag, p := range map[string]int{"--port": f.port, "--host-port": f.host} {
		if p < 0 || p > 65535 {
			return fmt.Errorf("invalid %s %d; use a number from 1 to 65535", flag, p)
		}
	}
	for flag, n := range map[string]string{"--service": f.service, "--name": f.name} {
		if n != "" && n != systemName(n) {
			return fmt.Errorf("invalid %s %q; use a name of letters, digits, underscores and hyphens, such as %q", flag, n, systemName(n))
		}
	}
	return nil
}

// systemName is a name made valid.
func systemName(s string) string {
	name := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '_', r == '-':
			return r
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, s), "-_")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		return strings.TrimSuffix("app-"+name, "-")
	}
	return name
}

// chosenManifest is the manifest of the choices, which is valid: otherwise what is wrong is printed.
func (a *app) chosenManifest(dir string, f *initFlags) ([]byte, error) {
	if f.name == "" {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return nil, failure{err}
		}
		f.name = systemName(filepath.Base(abs))
	}
	if f.service == "" {
		f.service = "web"
	}
	if f.image == "" {
		f.image = defaultImage
	}
	facts := images.Lookup(f.image)
	if f.port == 0 {
		if f.port = 8080; facts != nil {
			for _, p := range facts.Ports {
				f.port = p.Port
				break
			}
		}
	}
	if f.host == 0 {
		f.host = 8080
	}
	src := f.manifest(facts)
	c := read(loader.Input{FS: oneFile(src), LookupEnv: func(string) (string, bool) { return "", false }}, policy.Levels{})
	if c.whole {
		c.files()
	}
	if c.diags.HasErrors() {
		sources := map[string]*hcl.File{initName: {Bytes: src}}
		if err := diag.Write(a.stderr, sources, diag.WithoutAdvice(diag.Sort(c.diags)), a.style()); err != nil {
			return nil, failure{err}
		}
		return nil, exitStatus(exitError)
	}
	return src, nil
}

// askInit asks for the choices. An empty answer is the one in brackets.
func (a *app) askInit(dir string, f *initFlags) error {
	in := bufio.NewScanner(a.stdin)
	ask := func(question, otherwise string) (string, error) {
		fmt.Fprintf(a.stderr, "%s [%s]: ", question, otherwise)
		if !in.Scan() {
			fmt.Fprintln(a.stderr)
			return "", failure{errors.New("no answer; nothing was written")}
		}
		if s := strings.TrimSpace(in.Text()); s != "" {
			return s, nil
		}
		return otherwise, nil
	}
	for _, name := range []string{"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"} {
		file := filepath.Join(dir, name)
		if _, err := os.Stat(file); err != nil {
			continue
		}
		s, err := ask("Write the manifest of "+file+"? yes or no", "yes")
		if err != nil {
			return err
		}
		if strings.HasPrefix(strings.ToLower(s), "y") {
			f.from = []string{file}
			return nil
		}
		break
	}
	port := ""
	for _, q := range []struct {
		question, otherwise string
		answer              *string
	}{
		{"Name of the service", "web", &f.service},
		{"Its image", defaultImage, &f.image},
		{"The port on which it listens", "", &port},
		{"Its database: " + strings.Join(initDatabases(), ", "), "none", &f.database},
	} {
		if q.answer == &port {
			if q.otherwise = "8080"; images.Lookup(f.image) != nil && len(images.Lookup(f.image).Ports) > 0 {
				q.otherwise = strconv.Itoa(images.Lookup(f.image).Ports[0].Port)
			}
		}
		for {
			s, err := ask(q.question, q.otherwise)
			if err != nil {
				return err
			}
			*q.answer = s
			if q.answer == &port {
				if f.port, err = strconv.Atoi(s); err != nil || f.port < 1 {
					f.port = -1
				}
			}
			if err := f.check(); err != nil {
				fmt.Fprintln(a.stderr, upperFirst(err.Error()+"."))
				continue
			}
			break
		}
	}
	return nil
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// globEscape prevents the folder's name from being interpreted as a pattern.
func globEscape(dir string) string {
	out := make([]byte, 0, len(dir))
	for i := range len(dir) {
		switch dir[i] {
		case '*', '?', '[', '\\':
			out = append(out, '\\')
		}
		out = append(out, dir[i])
	}
	return string(out)
}
