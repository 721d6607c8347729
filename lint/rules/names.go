package rules

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	ruleUnknownContainer = diag.Warning("OG814", "Unknown container",
		"A script that hard-codes a container or service name breaks when the name changes in the manifest. References such as ${service.x.instances[0].container_name} follow the change.")
	ruleUnpublishedPort = diag.Warning("OG815", "Unpublished host port",
		"A script that hard-codes a host port breaks when the port changes in the manifest. References such as ${service.x.port.http.host} follow the change.")
	ruleUnknownTag = diag.Warning("OG820", "Unknown image tag",
		"A script that hard-codes the name of an image that it builds or inspects breaks when the tag changes in the manifest: one image is built and another one runs. ${image.x.tag} follows the change.")
	ruleDeadTag = diag.Warning("OG837", "Unused tag",
		"A script gives an image a second name that no image block has and no script uses again: it is neither pushed nor run.")
	ruleUnknownNetwork = diag.Warning("OG821", "Unknown network or volume",
		"Networks and volumes have their own names in Docker. A script with a wrong name inspects nothing, often without an error. Use ${network.x.real_name} and ${volume.x.real_name}.")
)

// names are the names that a manifest declares, and those that its scripts
// create.
type names struct {
	manifest   *manifest.Manifest
	containers map[string]*manifest.Service // by container name
	instances  map[string]*manifest.Service // by Compose service key
	ports      map[int]bool
	tags       map[string]bool
	tagged     map[string]int  // created by `docker tag`: how often, by name without tag
	computed   bool            // a script pushes or saves images with computed names
	texts      strings.Builder // of all scripts
	networks   map[string]bool
	volumes    map[string]bool
	tools      map[string]bool // checked for by a script
	secrets    map[string]bool // variables that hold secrets
	schema     schema
}

func namesOf(m *manifest.Manifest) *names {
	n := &names{manifest: m, containers: map[string]*manifest.Service{}, instances: map[string]*manifest.Service{}, ports: map[int]bool{}, tags: map[string]bool{}, tagged: map[string]int{},
		networks: map[string]bool{"bridge": true, "host": true, "none": true}, volumes: map[string]bool{}, tools: map[string]bool{}, secrets: map[string]bool{}}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			if i.ContainerName != "" {
				n.containers[i.ContainerName] = s
			}
			n.instances[i.Name] = s
			for _, p := range i.Ports {
				n.ports[p.Host] = true
			}
		}
	}
	for _, i := range m.Images {
		for _, name := range i.Names() {
			n.tags[withTag(name)] = true
		}
	}
	if m.System != nil {
		n.networks[m.System.Name+"_default"] = true
	}
	for _, x := range m.Networks {
		n.networks[x.RealName] = true
	}
	for _, x := range m.Volumes {
		n.volumes[x.RealName] = true
	}
	for _, s := range m.Secrets {
		n.secrets[s.EnvVar] = true
	}
	for _, a := range m.Actions {
		for _, t := range a.Tools {
			for _, installed := range bringers[t.Name] {
				n.tools[installed] = true
			}
		}
	}
	n.schema = schemaOf(m)
	return n
}

// withTag is a reference with its tag, as Docker reads it.
func withTag(ref string) string {
	if strings.Contains(ref, "@") || strings.LastIndexByte(ref, ':') > strings.LastIndexByte(ref, '/') {
		return ref
	}
	return ref + ":latest"
}

// learn notes what a script creates or checks for, so that other scripts may
// use it, and the facts that the rest of this one relies on.
func (n *names) learn(f *syntax.File) scriptFacts {
	var k scriptFacts
	syntax.Walk(f, func(x syntax.Node) bool {
		if d, ok := x.(*syntax.FuncDecl); ok {
			put(&k.functions, d.Name.Value)
		}
		c, ok := x.(*syntax.CallExpr)
		if !ok {
			return true
		}
		k.captures(c)
		if len(c.Args) < 2 {
			return true
		}
		switch arg(c, 0) {
		case ".", "source":
			k.sources = true
		case "command":
			if o := arg(c, 1); o == "-v" || o == "-V" {
				n.tools[arg(c, 2)] = true
			}
		case "which", "type", "hash":
			n.tools[arg(c, 1)] = true
		case "docker":
			n.learnDocker(c)
		}
		return true
	})
	return k
}

// put adds to a set that may be nil.
func put(set *map[string]bool, s string) {
	if *set == nil {
		*set = map[string]bool{}
	}
	(*set)[s] = true
}

func (n *names) learnDocker(c *syntax.CallExpr) {
	sub, ops := dockerCommand(c)
	switch sub {
	case "network create":
		addLast(n.networks, ops)
	case "volume create":
		addLast(n.volumes, ops)
	case "tag", "image tag":
		if len(ops) > 1 {
			n.tags[withTag(ops[1])] = true
			n.tagged[repository(ops[1])]++
		}
	case "push", "image push", "save", "image save":
		n.computed = n.computed || slices.Contains(ops, "")
	case "pull", "image pull":
		addLast(n.tags, []string{withTag(last(ops))})
	case "run", "create", "container run", "container create":
		for i := 1; i < len(c.Args); i++ {
			if t, _ := literal(c.Args[i]); t == "--name" {
				n.containers[arg(c, i+1)] = nil
			} else if name, ok := strings.CutPrefix(t, "--name="); ok {
				n.containers[name] = nil
			}
		}
	}
}

func addLast(set map[string]bool, ops []string) {
	if l := last(ops); l != "" {
		set[l] = true
	}
}

func last(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[len(list)-1]
}

// valued are the options of docker's commands that take the next word as a
// value.
var valued = map[string]bool{"-f": true, "--file": true, "-t": true, "--tag": true, "--format": true, "--filter": true, "-e": true, "--env": true, "-u": true, "--user": true,
	"-w": true, "--workdir": true, "-n": true, "--tail": true, "--since": true, "--until": true, "--time": true, "-s": true, "--signal": true, "--name": true, "-p": true,
	"--project-name": true, "--profile": true, "--env-file": true, "--project-directory": true, "--wait-timeout": true, "--timeout": true, "--scale": true, "-v": true, "--volume": true,
	"--network": true, "--build-arg": true, "--label": true, "--target": true, "--platform": true, "-d": true, "--driver": true, "--index": true, "--status": true, "-o": true, "--opt": true, "--subnet": true, "--type": true, "--pull": true}

// dockerCommand splits a docker call into its command ("image inspect",
// "compose up", "exec") and its operands. An operand that isn't a literal is
// "". The words of a container's own command are operands too.
func dockerCommand(c *syntax.CallExpr) (sub string, ops []string) {
	groups := map[string]bool{"compose": true, "image": true, "network": true, "volume": true, "container": true, "system": true, "builder": true, "buildx": true}
	flags := map[string]bool{"-d": true, "-p": true, "-f": true, "-t": true, "-v": true, "-n": true, "-s": true, "-o": true}
	for i := 1; i < len(c.Args); i++ {
		t, whole := literal(c.Args[i])
		ends := len(ops) > 0 && (sub == "exec" || sub == "container exec" || sub == "compose exec" || sub == "compose run" || sub == "run")
		if strings.HasPrefix(t, "-") && t != "-" && !ends {
			// -d and -t of exec, up and run, and -f of logs and rm take no value.
			bare := flags[t] && (sub == "exec" || sub == "compose exec" || strings.HasSuffix(sub, "up") || sub == "run" || sub == "logs" || sub == "compose logs" || strings.HasSuffix(sub, "rm") || strings.HasSuffix(sub, "rmi") ||
				strings.HasSuffix(sub, "prune") || strings.HasSuffix(sub, "down")) && !(sub == "run" && (t == "-p" || t == "-v"))
			if valued[t] && !bare {
				i++
			}
			continue
		}
		if !whole {
			t = ""
		}
		switch {
		case sub == "":
			sub = t
			if t == "" {
				return "", nil
			}
		case groups[sub]:
			sub += " " + t
		default:
			ops = append(ops, t)
		}
	}
	return sub, ops
}

// The meaning of the operands of docker's commands.
var (
	containerCommands = map[string]bool{"logs": true, "restart": true, "start": true, "stop": true, "kill": true, "exec": true, "rm": true, "pause": true, "unpause": true, "wait": true, "top": true, "port": true}
	imageCommands     = map[string]bool{"image inspect": true, "image rm": true, "rmi": true, "history": true, "image history": true, "save": true, "image save": true, "push": true, "image push": true}
	serviceCommands   = map[string]bool{"compose up": true, "compose start": true, "compose stop": true, "compose restart": true, "compose logs": true, "compose exec": true, "compose kill": true, "compose ps": true, "compose create": true, "compose port": true}
)

func (w *walker) docker(c *syntax.CallExpr) {
	sub, ops := dockerCommand(c)
	w.destroys(c, sub, ops)
	first := ops
	if len(first) > 1 && (strings.HasSuffix(sub, "exec") || strings.HasSuffix(sub, "port")) {
		first = ops[:1]
	}
	switch {
	case containerCommands[strings.TrimPrefix(sub, "container ")]:
		for _, o := range first {
			if s, ok := w.names.containers[o]; o != "" && !ok {
				w.report(ruleUnknownContainer, c.Pos(), o, "`docker %s %s` names a container that no service has. Refer to it: ${service.NAME.instances[0].container_name}.", sub, o)
			} else if strings.HasSuffix(sub, "exec") && s != nil {
				w.inside(c, s, o)
			}
		}
	case serviceCommands[sub] && !option(c, 0, "-f", "--file") && !option(c, 'f', "--file", "--project-name", "--project-directory"):
		for _, o := range first {
			if s, ok := w.names.instances[o]; o != "" && !ok {
				w.report(ruleUnknownContainer, c.Pos(), o, "`docker %s %s` names a service that is not in the manifest. Refer to it: ${service.NAME.instances[0].name}.", sub, o)
			} else if sub == "compose exec" && s != nil {
				w.inside(c, s, o)
			}
		}
	case imageCommands[sub]:
		for _, o := range ops {
			w.tag(c, sub, o)
		}
	case sub == "tag" || sub == "image tag":
		w.retag(c, ops)
	case sub == "build" || sub == "image build" || sub == "buildx build":
		for i := 1; i+1 < len(c.Args); i++ {
			if a := arg(c, i); a == "-t" || a == "--tag" {
				w.tag(c, "build -t", arg(c, i+1))
			}
		}
	case sub == "network inspect" || sub == "network rm" || sub == "network connect" || sub == "network disconnect":
		if len(ops) > 0 && ops[0] != "" && !w.names.networks[ops[0]] {
			w.report(ruleUnknownNetwork, c.Pos(), ops[0], "`docker %s %s` names a network that is not in the manifest. Refer to it: ${network.NAME.real_name}.", sub, ops[0])
		}
	case sub == "volume inspect" || sub == "volume rm":
		if len(ops) > 0 && ops[0] != "" && !w.names.volumes[ops[0]] {
			w.report(ruleUnknownNetwork, c.Pos(), ops[0], "`docker %s %s` names a volume that is not in the manifest. Refer to it: ${volume.NAME.real_name}.", sub, ops[0])
		}
	}
}

// retag checks docker tag IMAGE NAME.
func (w *walker) retag(c *syntax.CallExpr, ops []string) {
	if len(ops) < 2 || ops[1] == "" || w.names.computed {
		return
	}
	for _, i := range w.names.manifest.Images {
		for _, name := range i.Names() {
			if repository(name) == repository(ops[1]) {
				return
			}
		}
	}
	if name := repository(ops[1]); strings.Count(w.names.texts.String(), name) <= w.names.tagged[name] {
		w.report(ruleDeadTag, c.Pos(), ops[1], "`docker tag` creates the name %s, which no image block has and no script uses. Remove the command, or push the image.", ops[1])
	}
}

func (w *walker) tag(c *syntax.CallExpr, sub, ref string) {
	if ref != "" && !strings.HasPrefix(ref, "sha256:") && !w.names.tags[withTag(ref)] && !w.names.tags[ref] {
		w.report(ruleUnknownTag, c.Pos(), ref, "`docker %s %s` names an image that is not in the manifest, so it isn't the one that runs. Refer to it: ${image.NAME.tag}.", sub, ref)
	}
}
