//go:build unix

package deploy_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"

	"sigs.k8s.io/yaml"
)

// TestMain lets the test's own program stand in for kubectl, where a kit's folder of programs has it under that name.
func TestMain(m *testing.M) {
	if world := os.Getenv("OMEGAGEN_TEST_CLUSTER"); world != "" {
		os.Exit(kubectlStandIn(world, os.Args[1:]))
	}
	os.Exit(m.Run())
}

// cluster stands in for kubectl with an API server: objects are files in a folder. Of the server it has what deploy.sh
// relies on: creation that fails if the object exists, JSON patches with tests, resource versions, generations and field
// managers. Workloads are ready at once, unless a file stuck.NAME says otherwise.
type cluster struct {
	dir string
	out bytes.Buffer
}

type document = map[string]any

func kubectlStandIn(dir string, args []string) int {
	stdin := []byte{}
	if slices.Contains(args, "-") || slices.Contains(args, "-i") {
		stdin, _ = io.ReadAll(os.Stdin)
	}
	if slices.Contains(args, "port-forward") {
		return portForward(&cluster{dir: dir}, args)
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		panic(err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		panic(err)
	}
	defer func() { _ = lock.Close() }()
	c := &cluster{dir: dir}
	c.note("calls", strings.Join(args, " "))
	kill := c.read("kill") // the number of the call that kills the run, and whether it is done before
	calls := strings.Count(c.read("calls"), "\n")
	at, done, _ := strings.Cut(strings.TrimSpace(kill), " ")
	killing := kill != "" && at == strconv.Itoa(calls)
	if killing && done == "before" {
		killRun(c)
	}
	err = c.do(args, stdin)
	if killing {
		killRun(c)
	}
	_, _ = os.Stdout.Write(c.out.Bytes())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// portForward stands in for kubectl port-forward: it ends when it is killed, or at once where the port is taken or the pod is gone.
func portForward(c *cluster, args []string) int {
	ports := args[len(args)-1]
	host, port, _ := strings.Cut(ports, ":")
	switch {
	case strings.Contains(c.read("taken"), host+"\n"):
		fmt.Fprintf(os.Stderr, "Unable to listen on port %s: Listeners failed to create with the following errors: [unable to create listener: Error listen tcp4 127.0.0.1:%s: bind: address already in use]\n", host, host)
		return 1
	case strings.Contains(c.read("replaced"), host+"\n"):
		_ = os.Remove(filepath.Join(c.dir, "replaced"))
		fmt.Fprintln(os.Stderr, "error: lost connection to pod")
		return 1
	}
	c.note("forwarded", args[len(args)-2]+" "+ports+" "+strconv.Itoa(os.Getpid()))
	fmt.Printf("Forwarding from 127.0.0.1:%s -> %s\n", host, port)
	time.Sleep(time.Minute)
	return 0
}

// killRun kills the run's process group, without a chance to clean up.
func killRun(c *cluster) {
	for c.read("group") == "" {
		time.Sleep(5 * time.Millisecond)
	}
	group, _ := strconv.Atoi(strings.TrimSpace(c.read("group")))
	_ = syscall.Kill(-group, syscall.SIGKILL)
}

func (c *cluster) read(name string) string {
	b, _ := os.ReadFile(filepath.Join(c.dir, name))
	return string(b)
}

func (c *cluster) note(name, line string) {
	f, err := os.OpenFile(filepath.Join(c.dir, name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer func() { _ = f.Close() }()
	_, _ = f.WriteString(line + "\n")
}

// kinds are the singular names of kinds, in lower case.
func kindOf(name string) string {
	name, _, _ = strings.Cut(strings.ToLower(name), ".")
	switch name {
	case "ingresses":
		return "ingress"
	case "ingress", "ingressclass", "storageclass":
		return name
	case "networkpolicies":
		return "networkpolicy"
	}
	return strings.TrimSuffix(name, "s")
}

func (c *cluster) path(kind, name string) string {
	return filepath.Join(c.dir, "object."+kindOf(kind)+"."+name)
}

func (c *cluster) load(kind, name string) document {
	b, err := os.ReadFile(c.path(kind, name))
	if err != nil {
		return nil
	}
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		panic(err)
	}
	return d
}

func (c *cluster) save(d document) {
	meta := d["metadata"].(document)
	version, _ := strconv.Atoi(c.read("version"))
	version++
	_ = os.WriteFile(filepath.Join(c.dir, "version"), []byte(strconv.Itoa(version)), 0o600)
	meta["resourceVersion"] = strconv.Itoa(version)
	if meta["uid"] == nil {
		meta["uid"] = "uid-" + strconv.Itoa(version)
	}
	if kind := d["kind"].(string); kind == "Deployment" || kind == "StatefulSet" {
		d["status"] = document{"readyReplicas": d["spec"].(document)["replicas"]}
	} else if kind == "Job" {
		d["status"] = document{"conditions": []any{document{"type": "Complete", "status": "True"}}}
	}
	b, err := json.Marshal(d)
	if err != nil {
		panic(err)
	}
	if err := os.WriteFile(c.path(d["kind"].(string), meta["name"].(string)), b, 0o600); err != nil {
		panic(err)
	}
}

// options are a command's words and flags.
func options(args []string) (words []string, flags map[string]string) {
	flags = map[string]string{}
	valued := []string{"--context", "--namespace", "-l", "-o", "-f", "-p", "--patch-file"}
	for i := 0; i < len(args); i++ {
		switch name, value, ok := strings.Cut(args[i], "="); {
		case args[i] == "--":
			return append(words, args[i:]...), flags
		case slices.Contains(valued, args[i]):
			i++
			flags[args[i-1]] = args[i]
		case strings.HasPrefix(args[i], "-") && ok:
			flags[name] = value
		case strings.HasPrefix(args[i], "-"):
			flags[args[i]] = "true"
		default:
			words = append(words, args[i])
		}
	}
	return words, flags
}

func (c *cluster) do(args []string, stdin []byte) error {
	words, flags := options(args)
	if len(words) > 1 {
		if kind, name, ok := strings.Cut(words[len(words)-1], "/"); ok && words[0] != "exec" && words[0] != "auth" {
			words = append(words[:len(words)-1], kind, name)
		}
	}
	if f := flags["-f"]; f != "" && f != "-" {
		b, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		stdin = b
	}
	switch words[0] {
	case "config":
		fmt.Fprintln(&c.out, "test")
	case "auth":
		if strings.Contains(c.read("denied"), words[2]+" "+words[3]+"\n") {
			fmt.Fprintln(&c.out, "no")
			return errors.New("")
		}
		fmt.Fprintln(&c.out, "yes")
	case "get":
		return c.get(words[1:], flags)
	case "create":
		return each(stdin, c.create)
	case "apply":
		return each(stdin, func(d document) error { return c.apply(d, flags["--field-manager"]) })
	case "patch":
		return c.patch(words[1], words[2], flags)
	case "delete":
		if c.load(words[1], words[2]) == nil {
			return nil
		}
		fmt.Fprintf(&c.out, "%s %q deleted\n", kindOf(words[1]), words[2])
		return os.Remove(c.path(words[1], words[2]))
	case "rollout":
		return c.rollout(words[1], words[2], words[3])
	case "exec":
		return c.exec(words[slices.Index(words, "--")+1:], stdin)
	case "logs":
		fmt.Fprintln(&c.out, "the last line of the log")
	default:
		return fmt.Errorf("unexpected: %v", args)
	}
	return nil
}

// each calls f for the documents of a file, which must have one.
func each(file []byte, f func(document) error) error {
	found := false
	for _, part := range bytes.Split(append([]byte("\n"), file...), []byte("\n---\n")) {
		var d document
		if err := yaml.Unmarshal(part, &d); err != nil {
			return err
		}
		if d == nil {
			continue
		}
		found = true
		if err := f(d); err != nil {
			return err
		}
	}
	if !found {
		return errors.New("error: no objects passed to apply")
	}
	return nil
}

func (c *cluster) create(d document) error {
	kind, name := d["kind"].(string), d["metadata"].(document)["name"].(string)
	if c.load(kind, name) != nil {
		return fmt.Errorf("Error from server (AlreadyExists): %ss %q already exists", kindOf(kind), name)
	}
	c.note("created", kind+" "+name)
	c.save(d)
	return nil
}

func (c *cluster) apply(d document, manager string) error {
	kind, name := d["kind"].(string), d["metadata"].(document)["name"].(string)
	if strings.Contains(c.read("refused"), name) {
		return fmt.Errorf("Error from server (Forbidden): %s %q is forbidden", kind, name)
	}
	was := c.load(kind, name)
	meta := d["metadata"].(document)
	generation := 1.0
	if was != nil {
		old := was["metadata"].(document)
		meta["uid"] = old["uid"]
		generation, _ = old["generation"].(float64)
		if !reflect.DeepEqual(was["spec"], plainJSON(d["spec"])) {
			generation++
		}
	}
	meta["generation"] = generation
	meta["managedFields"] = []any{document{"manager": manager}}
	c.note("applied", kind+" "+name)
	c.save(d)
	fmt.Fprintf(&c.out, "%s/%s serverside-applied\n", kindOf(kind), name)
	return nil
}

func plainJSON(v any) any {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var out any
	_ = json.Unmarshal(b, &out)
	return out
}

func (c *cluster) patch(kind, name string, flags map[string]string) error {
	d := c.load(kind, name)
	if d == nil {
		return fmt.Errorf("Error from server (NotFound): %ss %q not found", kind, name)
	}
	text := []byte(flags["-p"])
	if f := flags["--patch-file"]; f != "" {
		b, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		text = b
	}
	if flags["--type"] == "merge" {
		var merge document
		if err := json.Unmarshal(text, &merge); err != nil {
			return err
		}
		maps.Copy(d["data"].(document), merge["data"].(document))
		c.save(d)
		return nil
	}
	var ops []struct {
		Op, Path string
		Value    any
	}
	if err := json.Unmarshal(text, &ops); err != nil {
		return fmt.Errorf("%w in %s", err, text)
	}
	for _, op := range ops {
		keys := strings.Split(strings.TrimPrefix(op.Path, "/"), "/")
		parent := d
		for _, k := range keys[:len(keys)-1] {
			parent, _ = parent[k].(document)
		}
		last := keys[len(keys)-1]
		switch op.Op {
		case "test":
			if parent == nil || !reflect.DeepEqual(parent[last], op.Value) {
				return fmt.Errorf("The request is invalid: the server rejected our request due to an error in our request: testing value %s failed", op.Path)
			}
		case "add", "replace":
			parent[last] = op.Value
		case "remove":
			if _, ok := parent[last]; !ok {
				return fmt.Errorf("the server rejected our request: remove of a missing %s", op.Path)
			}
			delete(parent, last)
		}
	}
	c.save(d)
	return nil
}

func (c *cluster) rollout(what, kind, name string) error {
	d := c.load(kind, name)
	if d == nil {
		return fmt.Errorf("Error from server (NotFound): %s %q not found", kind, name)
	}
	if what == "restart" {
		c.note("restarted", name)
		return nil
	}
	if c.read("stuck."+name) != "" {
		return errors.New("error: timed out waiting for the condition")
	}
	fmt.Fprintf(&c.out, "%s %q successfully rolled out\n", kindOf(kind), name)
	return nil
}

func (c *cluster) exec(command []string, stdin []byte) error {
	switch command[0] {
	case "psql":
		c.note("psql", string(stdin))
		fmt.Fprint(&c.out, c.read("answer"))
	case "curl":
		c.note("curl", strings.Join(command, " "))
		fmt.Fprintf(&c.out, "You are visitor number 1\n200")
	}
	if c.read("psql-fails") != "" && command[0] == "psql" {
		return errors.New("psql: error: connection refused")
	}
	return nil
}

func (c *cluster) get(words []string, flags map[string]string) error {
	kind, list := words[0], []any{}
	if len(words) > 1 {
		d := c.load(kind, words[1])
		if d == nil {
			if flags["--ignore-not-found"] != "" {
				return nil
			}
			return fmt.Errorf("Error from server (NotFound): %ss %q not found", kindOf(kind), words[1])
		}
		return c.print(d, flags["-o"])
	}
	if kindOf(kind) == "pod" {
		for _, f := range c.glob("stuck.*") {
			name := strings.TrimPrefix(filepath.Base(f), "stuck.")
			if strings.Contains(flags["-l"], "name="+name+",") {
				list = append(list, document{"metadata": document{"name": name + "-0"}, "status": document{"phase": "Pending",
					"containerStatuses": []any{document{"state": document{"waiting": document{"reason": strings.TrimSpace(c.read("stuck." + name))}}, "restartCount": 4}}}})
			}
		}
	}
	label, want, _ := strings.Cut(flags["-l"], "=")
	for _, f := range c.glob("object." + kindOf(kind) + ".*") {
		d := c.load(kind, strings.SplitN(filepath.Base(f), ".", 3)[2])
		labels, _ := d["metadata"].(document)["labels"].(document)
		if label == "" || labels[label] == want {
			list = append(list, d)
		}
	}
	return c.print(document{"items": list}, flags["-o"])
}

func (c *cluster) glob(pattern string) []string {
	out, _ := filepath.Glob(filepath.Join(c.dir, pattern))
	return out
}

var jsonPath = regexp.MustCompile(`\{([^{}]*)\}`)

func (c *cluster) print(d document, format string) error {
	switch kind, text, _ := strings.Cut(format, "="); kind {
	case "jsonpath":
		c.out.WriteString(jsonPath.ReplaceAllStringFunc(text, func(expr string) string {
			var v any = d
			for _, k := range strings.Split(strings.Trim(expr, "{.}"), ".") {
				m, _ := v.(document)
				v = m[k]
			}
			if v == nil {
				return ""
			}
			return fmt.Sprint(v)
		}))
	case "go-template":
		t, err := template.New("").Funcs(template.FuncMap{"base64decode": func(s string) (string, error) {
			b, err := base64.StdEncoding.DecodeString(s)
			return string(b), err
		}}).Parse(text)
		if err != nil {
			return err
		}
		return t.Execute(&c.out, d)
	default:
		if meta, ok := d["metadata"].(document); ok {
			fmt.Fprintf(&c.out, "%s/%s\n", kindOf(d["kind"].(string)), meta["name"])
		}
	}
	return nil
}
