package rules

import (
	_ "embed"
	"strings"
	"sync"
	"text/template/parse"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleUnknownOption = diag.Error("OG874", "Misspelled command or option",
		"docker and curl end with an error if a subcommand or an option doesn't exist. They are compared with those that the programs list (docker, compose and buildx with `--help`, `curl --help all`). A word that is near none of them may belong to a plugin or a newer version and isn't reported.")
	ruleFormat = diag.Error("OG875", "Invalid format of docker",
		"`--format` of docker is a Go template over the fields that the command prints. A template that doesn't parse, or a field that is a misspelling of one of them, ends the command with an error.")
)

// commandsText lists the commands of docker and curl with their options; commands.sh makes it.
//
//go:embed commands.txt
var commandsText string

// program is a command or a subcommand.
type program struct {
	options map[string]bool // whether it takes a value, by name: --format, -f
	subs    []string
}

// programs are the known commands by their words: "docker image ls".
var programs = sync.OnceValue(func() map[string]*program {
	all := map[string]*program{}
	for _, line := range strings.Split(strings.TrimSpace(commandsText), "\n") {
		words := strings.Fields(line)
		n := 0
		for n < len(words) && !strings.HasPrefix(words[n], "-") {
			n++
		}
		p := &program{options: map[string]bool{"--help": false, "-h": false}}
		for _, o := range words[n:] {
			name, valued := strings.CutSuffix(o, "=")
			p.options[name] = valued
		}
		all[strings.Join(words[:n], " ")] = p
		if parent := all[strings.Join(words[:n-1], " ")]; parent != nil && n > 1 {
			parent.subs = append(parent.subs, words[n-1])
		}
	}
	for _, name := range []string{"docker build", "docker image build", "docker builder build"} { // is buildx's
		for o, valued := range all["docker buildx build"].options {
			all[name].options[o] = valued
		}
	}
	return all
})

// dockerCall is a parsed call of docker.
type dockerCall struct {
	sub     string // "image inspect"; "" if it isn't known
	ops     []string
	options map[string]string // values of options, by name as written; a value that isn't a literal is a placeholder
	// wrong is a misspelled word, and meant what it is a misspelling of.
	wrong, meant string
}

// parseDocker splits a docker call into its command, its options and its operands. An operand that isn't a literal
// is "". The words of a container's own command are operands too.
func parseDocker(c *syntax.CallExpr) (d dockerCall) {
	d.options = map[string]string{}
	at := "docker"
	p := programs()[at]
	for i := 1; i < len(c.Args); i++ {
		t, whole := literal(c.Args[i])
		if strings.HasPrefix(t, "-") && t != "-" && t != "--" && !(len(d.ops) > 0 && endsOptions[d.sub]) {
			i += d.option(c, i, t, p)
			continue
		}
		if !whole {
			t = ""
		}
		switch {
		case len(p.subs) == 0 || len(d.ops) > 0:
			d.ops = append(d.ops, t)
		case t == "":
			return dockerCall{wrong: d.wrong, meant: d.meant, options: d.options}
		default:
			at += " " + t
			if d.sub != "" {
				t = d.sub + " " + t
			}
			d.sub = t
			next := programs()[at]
			if next == nil {
				d.misspelt(t[strings.LastIndexByte(t, ' ')+1:], p.subs)
				next = &program{}
			}
			p = next
		}
	}
	return d
}

// endsOptions are the commands whose options end at the first operand.
var endsOptions = map[string]bool{"run": true, "create": true, "exec": true, "container run": true, "container create": true, "container exec": true, "compose exec": true, "compose run": true}

func (d *dockerCall) misspelt(word string, among []string) {
	if near := text.Slip(word, among); near != "" && d.wrong == "" {
		d.wrong, d.meant = word, near
	}
}

// option reads the option at word i of a call and returns how many of the following words are its value.
func (d *dockerCall) option(c *syntax.CallExpr, i int, t string, p *program) int {
	value := func() string {
		v, _ := literal(wordAt(c, i+1))
		return v
	}
	name, inline, hasValue := strings.Cut(t, "=")
	if strings.HasPrefix(t, "--") {
		takes, known := p.options[name]
		if !known && len(p.options) > 0 && !strings.Contains(name, placeholder) {
			var among []string
			for o := range p.options {
				if strings.HasPrefix(o, "--") {
					among = append(among, o)
				}
			}
			d.misspelt(name, among)
		}
		switch {
		case hasValue:
			d.options[name] = inline
		case takes || !known && valued[name]:
			d.options[name] = value()
			return 1
		default:
			d.options[name] = ""
		}
		return 0
	}
	for k := 1; k < len(t); k++ { // -it, -f x, -fx
		short := "-" + t[k:k+1]
		takes, known := p.options[short]
		if takes || !known && valued[short] {
			if k+1 < len(t) {
				d.options[short] = t[k+1:]
				return 0
			}
			d.options[short] = value()
			return 1
		}
		d.options[short] = ""
	}
	return 0
}

// dockerCommand is the command of a docker call and its operands.
func dockerCommand(c *syntax.CallExpr) (sub string, ops []string) {
	d := parseDocker(c)
	return d.sub, d.ops
}

// dockerWords checks the words and the format of a docker call.
func (w *walker) dockerWords(c *syntax.CallExpr, d dockerCall) {
	if d.wrong != "" {
		w.report(ruleUnknownOption, c.Pos(), d.wrong, "`docker` has no `%s` here, so the command fails.%s", d.wrong, text.Suggestion(d.meant))
	}
	for _, o := range []string{"--format", "-f"} {
		if f := d.options[o]; f != "" && !strings.Contains(f, placeholder) && (o == "--format" || programs()["docker "+d.sub] != nil && strings.HasSuffix(d.sub, "inspect")) {
			w.format(c, d.sub, f)
		}
	}
}

// formatFunctions are those of docker's templates besides Go's own.
var formatFunctions = map[string]any{"json": 0, "split": 0, "join": 0, "title": 0, "lower": 0, "upper": 0, "pad": 0, "truncate": 0, "println": 0,
	"and": 0, "or": 0, "not": 0, "len": 0, "index": 0, "slice": 0, "print": 0, "printf": 0, "html": 0, "js": 0, "urlquery": 0, "eq": 0, "ne": 0, "lt": 0, "le": 0, "gt": 0, "ge": 0, "call": 0}

// fields are the fields of what docker prints, by command and path.
var fields = map[string]map[string][]string{
	"inspect": {
		"": strings.Fields(`Id ID Created Path Args State Image ResolvConfPath HostnamePath HostsPath LogPath Name RestartCount Driver Platform MountLabel ProcessLabel AppArmorProfile ExecIDs
			HostConfig GraphDriver SizeRw SizeRootFs Mounts Config NetworkSettings RepoTags RepoDigests Parent Comment Author DockerVersion Architecture Variant Os OsVersion Size RootFS Metadata
			Scope EnableIPv4 EnableIPv6 IPAM Internal Attachable Ingress ConfigFrom ConfigOnly Containers Options Labels Peers Services Mountpoint Status UsageData CreatedAt ClusterVolume`),
		"State":        strings.Fields(`Status Running Paused Restarting OOMKilled Dead Pid ExitCode Error StartedAt FinishedAt Health`),
		"State.Health": strings.Fields(`Status FailingStreak Log`),
		"NetworkSettings": strings.Fields(`SandboxID SandboxKey Ports Networks Bridge HairpinMode LinkLocalIPv6Address LinkLocalIPv6PrefixLen SecondaryIPAddresses SecondaryIPv6Addresses
			EndpointID Gateway GlobalIPv6Address GlobalIPv6PrefixLen IPAddress IPPrefixLen IPv6Gateway MacAddress`),
		"Config": strings.Fields(`Hostname Domainname User AttachStdin AttachStdout AttachStderr ExposedPorts Tty OpenStdin StdinOnce Env Cmd Healthcheck ArgsEscaped Image Volumes WorkingDir Entrypoint
			NetworkDisabled MacAddress OnBuild Labels StopSignal StopTimeout Shell`),
	},
	"info": {"": strings.Fields(`ID Containers ContainersRunning ContainersPaused ContainersStopped Images Driver DriverStatus SystemStatus Plugins MemoryLimit SwapLimit KernelMemory KernelMemoryTCP CpuCfsPeriod
		CpuCfsQuota CPUShares CPUSet PidsLimit IPv4Forwarding BridgeNfIptables BridgeNfIp6tables Debug NFd OomKillDisable NGoroutines SystemTime LoggingDriver CgroupDriver CgroupVersion NEventsListener
		KernelVersion OperatingSystem OSVersion OSType Architecture IndexServerAddress RegistryConfig NCPU MemTotal GenericResources DockerRootDir HttpProxy HTTPProxy HttpsProxy HTTPSProxy NoProxy Name Labels
		ExperimentalBuild ServerVersion Runtimes DefaultRuntime Swarm LiveRestoreEnabled Isolation InitBinary ContainerdCommit RuncCommit InitCommit SecurityOptions ProductLicense DefaultAddressPools
		FirewallBackend CDISpecDirs DiscoveredDevices Containerd Warnings ClientInfo ServerErrors ClientErrors UserName NRI`)},
	"version": {"": strings.Fields("Client Server"),
		"Client": strings.Fields("Platform Version APIVersion ApiVersion DefaultAPIVersion GitCommit GoVersion Os Arch BuildTime Context"),
		"Server": strings.Fields("Platform Components Engine Version APIVersion ApiVersion MinAPIVersion GitCommit GoVersion Os Arch KernelVersion Experimental BuildTime")},
	"ps":     {"": strings.Fields(`ID Image Command CreatedAt RunningFor Ports State Status Size Names Labels Label Mounts Networks LocalVolumes Platform`)},
	"stats":  {"": strings.Fields(`Container Name ID CPUPerc MemUsage NetIO BlockIO MemPerc PIDs`)},
	"images": {"": strings.Fields(`ID Repository Tag Digest CreatedSince CreatedAt Size Containers SharedSize UniqueSize VirtualSize`)},
}

// fieldsOf are the fields that a command's template can use; nil if they aren't known.
func fieldsOf(sub string) map[string][]string {
	switch sub {
	case "inspect", "container inspect", "image inspect", "network inspect", "volume inspect":
		return fields["inspect"]
	case "ps", "container ls", "container ps", "container list":
		return fields["ps"]
	case "info", "system info":
		return fields["info"]
	case "version":
		return fields["version"]
	case "stats", "container stats":
		return fields["stats"]
	case "images", "image ls", "image list":
		return fields["images"]
	}
	return nil
}

func (w *walker) format(c *syntax.CallExpr, sub, format string) {
	format = strings.TrimPrefix(format, "table ")
	if !strings.Contains(format, "{{") || strings.HasPrefix(sub, "compose") || strings.HasPrefix(sub, "buildx") {
		return
	}
	trees, err := parse.Parse("format", format, "{{", "}}", formatFunctions)
	if err != nil {
		what := err.Error()
		what = strings.TrimPrefix(what, "template: format:1: ")
		w.report(ruleFormat, c.Pos(), format, "`docker %s --format '%s'` fails: %s. Correct the template.", sub, format, what)
		return
	}
	known := fieldsOf(sub)
	if known == nil {
		return
	}
	check := func(idents []string) {
		path := ""
		for _, name := range idents {
			among, ok := known[path]
			if !ok {
				return
			}
			if near := text.Slip(name, among); near != "" && !contains(among, name) {
				w.report(ruleFormat, c.Pos(), name, "`docker %s` has no field `.%s`, so the command fails.%s", sub, name, text.Suggestion("."+near))
				return
			}
			path = strings.TrimPrefix(path+"."+name, ".")
		}
	}
	for _, t := range trees {
		rootFields(t.Root, check)
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// rootFields calls f with each chain of fields of the value that a template is about, not of what range and with set.
func rootFields(n parse.Node, f func([]string)) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, x := range n.Nodes {
				rootFields(x, f)
			}
		}
	case *parse.ActionNode:
		rootFields(n.Pipe, f)
	case *parse.IfNode:
		rootFields(n.Pipe, f)
		rootFields(n.List, f)
		rootFields(n.ElseList, f)
	case *parse.RangeNode:
		rootFields(n.Pipe, f)
		rootFields(n.ElseList, f)
	case *parse.WithNode:
		rootFields(n.Pipe, f)
		rootFields(n.ElseList, f)
	case *parse.PipeNode:
		if n != nil {
			for _, x := range n.Cmds {
				for _, a := range x.Args {
					rootFields(a, f)
				}
			}
		}
	case *parse.FieldNode:
		f(n.Ident)
	}
}

// curlOptions reports misspelled options of curl, which also accepts the beginning of one. It returns the words
// that are values of options other than --url.
func (w *walker) curlOptions(c *syntax.CallExpr) (values map[*syntax.Word]bool) {
	known := programs()["curl"].options
	values = map[*syntax.Word]bool{}
	for i := 1; i < len(c.Args); i++ {
		t, whole := literal(c.Args[i])
		if !strings.HasPrefix(t, "--") || t == "--" {
			if takes, ok := known[shortEnd(t, known)]; ok && takes {
				i++
				values[wordAt(c, i)] = true
			}
			continue
		}
		takes, ok := known[t]
		if takes {
			i++
			values[wordAt(c, i)] = t != "--url"
		}
		if ok || !whole {
			continue
		}
		var among []string
		begins := false
		for o := range known {
			if strings.HasPrefix(o, "--") {
				among = append(among, o, "--no-"+o[2:])
				begins = begins || strings.HasPrefix(o, t) || "--no-"+o[2:] == t
			}
		}
		if near := text.Slip(t, among); near != "" && !begins {
			w.report(ruleUnknownOption, c.Pos(), t, "`curl` has no option `%s`, so the command fails.%s", t, text.Suggestion(near))
		}
	}
	return values
}

// shortEnd is the last option of a cluster such as -fsSo, whose value may be the next word; "" if the value is in
// the cluster.
func shortEnd(t string, known map[string]bool) string {
	if len(t) < 2 || t[0] != '-' {
		return ""
	}
	for k := 1; k < len(t); k++ {
		if known["-"+t[k:k+1]] {
			if k+1 == len(t) {
				return "-" + t[k:]
			}
			return ""
		}
	}
	return ""
}
