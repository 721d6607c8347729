//go:build linux

package kubernetes_test

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// drawn is a random manifest, with the strings that must come back from the server as they are.
type drawn struct {
	files    map[string]string // by path in the manifest's folder
	services []drawnService
	text     strings.Builder
}

type drawnService struct {
	name    string
	env     map[string]string
	command []string
	check   []string // the command of its healthcheck
	path    string   // or the path that it requests
	content string   // of a file that it mounts
}

// words are read as something else by readers of YAML 1.1, JSON, INI files, shells or the API itself.
var words = []string{
	"", "y", "n", "Y", "yes", "no", "on", "off", "true", "false", "null", "~", "0777", "0o777", "0x1F", "1e3", "1_000", "+1", "-", "- a", ".5", ".inf", ".nan", "12:30:45", "2001-01-01",
	"!!str x", "!tag", "&anchor", "*alias", "a: b", "a #b", "# c", "'", "\"", "''", "{}", "[]", "{a: b}", "[1, 2]", "|", ">", "%TAG", "@at", "`tick`", "---", "...", "? x", ": ",
	"$", "$$", "$(HOME)", "$$(HOME)", "$(", "${HOME}", "$HOME", "%{ if x }", "%%{", "\\", "\\n", "a\nb", "a\n", "\n", "\na", " a", "a ", "\ta", "a\t\nb", "a\r\nb", "a\n\n\nb", "  a\n b\n", "---\na", "a\n---\nb\n",
	"ä", "日本語", "🚀", "\u00a0", "\u2028", "\ufeff", "é", "a\u200bb", "<<", "=", "=a", "a=b", "a,b", "{{ .x }}", "<no value>", "..", "/", "a\x1bb", "\x01",
	"1.10", "1.0.0", "9223372036854775808", "-0", "00", "1e400", "y: n", "on: off", strings.Repeat("x", 300), strings.Repeat("long words ", 40), strings.Repeat("ä", 200),
}

// hostile draws a string, rarely one that can't be sent.
var hostile = rapid.OneOf(
	rapid.Custom(func(t *rapid.T) string {
		if chance(t, "unsendable", 200) {
			return rapid.SampledFrom([]string{"a\u0085b", "a\x7fb", "\u009f"}).Draw(t, "control")
		}
		return rapid.SampledFrom(words).Draw(t, "word")
	}),
	rapid.SampledFrom(words),
	rapid.StringOfN(rapid.RuneFrom([]rune("ab01 :#-'\"\\{}[]$%&*!|>?,\n\t~=.@`()日é")), 0, 60, -1),
)

// labels are names of blocks, some of which are only words.
var labels = []string{"y", "n", "on", "off", "no", "yes", "true", "null", "nan", "web", "api", "Web", "back_end", "front-end", "a", "x1", "db2", "e1e3", "kube-dns", "default", "data", "tmp", "Überall", "a__b", "_x", "z_", "shm", "tmp-0"}

// labelled draws names that are different objects.
func labelled(t *rapid.T, n int, what string) []string {
	var out []string
	taken := map[string]bool{}
	for len(out) < n {
		name := rapid.SampledFrom(labels).Draw(t, what)
		if chance(t, "long", 60) {
			name += strings.Repeat("-long", rapid.SampledFrom([]int{1, 2, 8, 8, 8, 12}).Draw(t, "length"))
		}
		// Two names rarely collide after the conversion, which is an error.
		key := strings.Trim(strings.ReplaceAll(strings.ToLower(name), "_", "-"), "-")
		odd := strings.ContainsAny(name, "Ü") || strings.HasPrefix(name, "_") || strings.HasSuffix(name, "_")
		if odd && !chance(t, "odd", 60) {
			continue
		}
		if taken[key] && !chance(t, "collide", 60) || taken["="+name] {
			name += fmt.Sprint("-", len(out))
			key += fmt.Sprint("-", len(out))
		}
		taken[key], taken["="+name] = true, true
		out = append(out, name)
	}
	return out
}

// quoted is a string as an HCL expression.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case (c == '$' || c == '%') && strings.HasPrefix(s[i+1:], "{"):
			b.WriteRune(c)
			b.WriteRune(c)
		case c < ' ' || c == 0x7f || c == 0xfeff || c == 0x2028 || c == 0x85:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func quotedList(list []string) string {
	var out []string
	for _, s := range list {
		out = append(out, quoted(s))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func (d *drawn) line(format string, args ...any) { fmt.Fprintf(&d.text, format+"\n", args...) }

// chance is true about once in n times. Rapid prefers small numbers, so they are mixed.
func chance(t *rapid.T, what string, n uint64) bool {
	x := rapid.Uint64Range(0, 1<<32).Draw(t, what)
	return (x*0x9e3779b97f4a7c15>>33)%n == n-1
}

// manifests draws manifests, of which few have mistakes.
var manifests = rapid.Custom(func(t *rapid.T) *drawn {
	d := &drawn{files: map[string]string{}}
	d.line("system %q {", rapid.SampledFrom([]string{"shop", "y", "on", "null", "Big_Shop", "a-b"}).Draw(t, "system"))
	d.line("  version = %s\n}", quoted(rapid.SampledFrom(words).Draw(t, "version")))
	d.line(`image "app" {`)
	d.line(`  pull = "registry.example.org/team/app:%s"`, rapid.SampledFrom([]string{"1.2.3", "0777", "y", "1e3", "2001-01-01"}).Draw(t, "tag"))
	d.line("}")
	most := 8
	if chance(t, "many", 10) {
		most = 40
	}
	names := labelled(t, rapid.IntRange(1, most).Draw(t, "services"), "service")
	secrets := labelled(t, rapid.IntRange(0, 3).Draw(t, "secrets"), "secret")
	for _, s := range secrets {
		d.line("secret %q {\n  from = \"prompt\"\n}", s)
	}
	volumes := labelled(t, rapid.IntRange(0, 3).Draw(t, "volumes"), "volume")
	owner := map[string]int{}
	for _, v := range volumes {
		d.line("volume %q {\n}", v)
		owner[v] = rapid.IntRange(0, len(names)-1).Draw(t, "owner")
	}
	host := 20000
	for n := range names {
		d.service(t, names, n, secrets, volumes, owner, &host)
	}
	d.target(t, volumes)
	d.files["main.hcl"] = d.text.String()
	return d
})

func (d *drawn) service(t *rapid.T, names []string, n int, secrets, volumes []string, owner map[string]int, host *int) {
	s := drawnService{name: names[n], env: map[string]string{}}
	d.line("service %q {\n  image = image.app", s.name)
	job := chance(t, "job", 8)
	owns := ""
	for _, v := range volumes {
		if owner[v] == n {
			owns = v
		}
	}
	replicated, twice := false, false
	switch {
	case job:
		d.line("  oneshot = true")
	case (owns == "" || chance(t, "shared", 30)) && chance(t, "replicated", 3):
		replicated = true
		d.line("  replicas = %d", rapid.IntRange(1, 5).Draw(t, "replicas"))
		if twice = chance(t, "twice", 2); twice {
			d.line("  rollout {\n    order = \"start_first\"\n    pause = \"%dms\"\n  }", rapid.IntRange(0, 9000).Draw(t, "pause"))
		}
	}
	if chance(t, "commanded", 2) {
		s.command = append([]string{"run"}, rapid.SliceOfN(hostile, 1, 4).Draw(t, "command")...)
		d.line("  command = %s", quotedList(s.command))
	}
	d.line("  env = {")
	for k := range rapid.IntRange(0, 5).Draw(t, "env") {
		name := fmt.Sprintf("%s_%d", rapid.SampledFrom([]string{"Y", "NO", "A", "PATHS", "x_y", "HOME"}).Draw(t, "variable"), k)
		s.env[name] = hostile.Draw(t, "value")
		d.line("    %s = %s", name, quoted(s.env[name]))
	}
	d.line("  }")
	if len(secrets) > 0 && chance(t, "secret", 2) {
		d.line("  secret_env = {\n    TOKEN_FILE = secret[%q]\n  }", rapid.SampledFrom(secrets).Draw(t, "of"))
	}
	if n > 0 && chance(t, "depends", 2) {
		d.line("  depends_on = {\n    %q = \"started\"\n  }", rapid.SampledFrom(names[:n]).Draw(t, "on"))
	}
	var ports []string
	if !job {
		published := " + replica.index"
		switch {
		case twice:
			published = ""
		case !replicated:
			published = " + 0"
		}
		ports = d.ports(t, published, host)
	}
	if owns != "" {
		d.line("  mount \"/var/lib/%s\" {\n    volume = volume[%q]\n  }", rapid.SampledFrom([]string{"data", "y", "0777", "a b", "ä"}).Draw(t, "path"), owns)
	}
	if chance(t, "file", 3) {
		s.content = hostile.Draw(t, "content") + "\n"
		path := fmt.Sprintf("conf/%s-%d", rapid.SampledFrom([]string{"y", "app.conf", "on.yml", "A_b", "x y.txt"}).Draw(t, "file name"), n)
		d.files["tmpl/"+fmt.Sprint(n)] = "{{ .data.text }}"
		d.line("  mount \"/etc/app/file\" {\n    file = artifact[%q]\n  }", path)
		defer d.line("artifact %q {\n  template = \"tmpl/%d\"\n  data = {\n    text = %s\n  }\n}", path, n, quoted(s.content))
	}
	if chance(t, "scratch", 4) {
		d.line("  mount \"/scratch\" {\n    tmpfs = true\n    size  = \"%dMB\"\n  }", rapid.IntRange(1, 900).Draw(t, "size"))
	}
	if chance(t, "limited", 2) {
		d.line("  resources {\n    memory = \"%dMB\"\n    cpus = %g\n  }", rapid.IntRange(6, 9000).Draw(t, "memory"), rapid.SampledFrom([]float64{0.01, 0.1, 0.25, 1, 1.5, 3, 64}).Draw(t, "cpus"))
	}
	if !job && chance(t, "checked", 2) {
		d.healthcheck(t, &s, ports)
	}
	d.line("  harden {\n    user = \"%d:%d\"\n    read_only = %t\n  }", rapid.IntRange(1, 65533).Draw(t, "uid"), rapid.IntRange(0, 65533).Draw(t, "gid"), chance(t, "writable", 2))
	d.line("}")
	d.services = append(d.services, s)
}

// ports draws the ports of a service, and returns the names of those of TCP. What is published is at a host port
// plus something; nothing is if that is empty.
func (d *drawn) ports(t *rapid.T, published string, host *int) []string {
	names := labelled(t, rapid.IntRange(0, 3).Draw(t, "ports"), "port")
	number := rapid.IntRange(1, 65000).Draw(t, "number")
	var tcp []string
	for _, name := range names {
		d.line("  port %q {\n    container = %d", name, number)
		if chance(t, "udp", 5) {
			d.line("    protocol = \"udp\"")
		} else {
			tcp = append(tcp, name)
		}
		if published != "" && chance(t, "published", 6) {
			d.line("    host = %d%s", *host, published)
			*host += 20
		}
		d.line("  }")
		if !chance(t, "same", 100) {
			number++
		}
	}
	return tcp
}

func (d *drawn) healthcheck(t *rapid.T, s *drawnService, ports []string) {
	d.line("  healthcheck {")
	switch kind := rapid.IntRange(0, 3).Draw(t, "kind"); {
	case kind == 0 && len(ports) > 0:
		s.path = "/" + rapid.StringMatching(`[a-z0-9/_.?=-]{0,20}`).Draw(t, "path")
		d.line("    http {\n      port = %q\n      path = %s\n    }", ports[0], quoted(s.path))
	case kind == 1 && len(ports) > 0:
		d.line("    tcp {\n      port = %q\n    }", ports[0])
	case kind == 2:
		s.check = []string{"/bin/sh", "-c", "test -n x && " + rapid.SampledFrom([]string{"true", "test \"$HOME\" != y", "echo $$", "echo \"$(id -u)\"", "echo $$; echo \"$(id)\""}).Draw(t, "shell")}
		d.line("    shell = %s", quoted(s.check[2]))
	default:
		s.check = append([]string{"check"}, rapid.SliceOfN(hostile, 1, 3).Draw(t, "check")...)
		d.line("    command = %s", quotedList(s.check))
	}
	interval := rapid.IntRange(1, 60).Draw(t, "interval")
	d.line("    interval = \"%ds\"\n    timeout = \"%dms\"\n    retries = %d\n    start_period = \"%ds\"\n  }", interval,
		rapid.IntRange(1, interval*1000).Draw(t, "timeout"), rapid.IntRange(1, 20).Draw(t, "retries"), rapid.IntRange(0, 300).Draw(t, "start"))
}

func (d *drawn) target(t *rapid.T, volumes []string) {
	d.line("target \"kubernetes\" {")
	if chance(t, "classed", 3) {
		d.line("  storage_class = %s", quoted(rapid.SampledFrom([]string{"fast", "y", "ssd.example.org"}).Draw(t, "class")))
	}
	if chance(t, "selected", 3) {
		d.line("  node_selector = {\n    %s = %s\n  }", quoted(rapid.SampledFrom([]string{"disk", "example.org/disk", "y"}).Draw(t, "key")), quoted(rapid.SampledFrom([]string{"y", "on", "0777", "1e3", "true", ""}).Draw(t, "label")))
	}
	if chance(t, "ingress", 2) {
		d.line("  ingress {\n    domain = %s", quoted(rapid.SampledFrom([]string{"example.org", "y", "on.no"}).Draw(t, "domain")))
		if chance(t, "annotated", 2) {
			d.line("    annotations = {\n      %q = %s\n    }", "example.org/note", quoted(hostile.Draw(t, "annotation")))
		}
		d.line("  }")
	}
	for i, v := range volumes {
		if chance(t, "claimed", 2) {
			d.line("  claim \"c%d\" {\n    volume = volume[%q]\n    size = \"%dMB\"\n    shared = %t\n  }", i, v, rapid.IntRange(1, 9000).Draw(t, "size"), chance(t, "several", 3))
		}
	}
	d.line("}")
}
