package rules

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/lint/sql"
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
	aliases    map[string]bool              // names in networks
	publishers map[int]*manifest.Service    // by host port
	starters   map[*manifest.Action]bool    // whose scripts start containers
	ports      map[int]bool
	tags       map[string]bool
	tagged     map[string]int  // created by `docker tag`: how often, by name without tag
	computed   bool            // a script pushes or saves images with computed names
	texts      strings.Builder // the words of all scripts
	networks   map[string]bool
	volumes    map[string]bool
	tools      map[string]bool               // checked for by a script
	secrets    map[string]bool               // variables that hold secrets
	files      map[string]*manifest.Artifact // of the kit
	ran        map[string]int                // how often scripts run a file, by its last name
	schema     schema
	sql        *sql.Script
}

func namesOf(m *manifest.Manifest) *names {
	n := &names{manifest: m, sql: sql.NewScript(m), containers: map[string]*manifest.Service{}, instances: map[string]*manifest.Service{}, ports: map[int]bool{}, tags: map[string]bool{}, tagged: map[string]int{},
		networks: map[string]bool{"bridge": true, "host": true, "none": true}, volumes: map[string]bool{}, tools: map[string]bool{}, secrets: map[string]bool{}}
	n.aliases, n.publishers, n.starters = map[string]bool{}, map[int]*manifest.Service{}, map[*manifest.Action]bool{}
	for _, s := range m.Services {
		n.aliases[s.Name] = true
		for _, i := range s.Instances {
			for _, j := range i.Joins {
				for _, a := range j.Aliases {
					n.aliases[a] = true
				}
			}
			n.aliases[i.Name], n.aliases[cmp.Or(i.ContainerName, i.Name)] = true, true
			if i.ContainerName != "" {
				n.containers[i.ContainerName] = s
			}
			n.instances[i.Name] = s
			for _, p := range i.Ports {
				for _, one := range p.Each() {
					n.ports[one.Host] = true
					n.publishers[one.Host] = s
				}
			}
		}
	}
	for _, i := range m.Images {
		for _, name := range i.Names() {
			n.tags[withTag(name)] = true
		}
		if m.Target == manifest.TargetKubernetes {
			n.tags[withTag(m.ClusterReference(i))] = true
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
	n.files, n.ran = kitFiles(m), map[string]int{}
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
	k := scriptFacts{moving: moves(f)}
	syntax.Walk(f, func(x syntax.Node) bool {
		switch d := x.(type) {
		case *syntax.FuncDecl:
			put(&k.functions, d.Name.Value)
		case *syntax.Word:
			n.texts.WriteString("\n")
		case *syntax.Lit:
			n.texts.WriteString(d.Value)
		case *syntax.SglQuoted:
			n.texts.WriteString(d.Value)
		}
		c, ok := x.(*syntax.CallExpr)
		if !ok {
			return true
		}
		if file, _ := ranFile(c); file != "" {
			n.ran[path.Base(file)]++
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
			switch sub, _ := dockerCommand(c); sub {
			case "start", "restart", "run", "container start", "container restart", "container run", "compose up", "compose start", "compose restart", "compose run", "stack deploy", "":
				k.starts = true
			}
		case "docker-compose", "make", "sh", "bash", "./deploy.sh":
			k.starts = true // it may
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

// valued are the options that take the next word as a value, of commands that aren't known.
var valued = map[string]bool{"-f": true, "--file": true, "-t": true, "--tag": true, "--format": true, "--filter": true, "-e": true, "--env": true, "-u": true, "--user": true,
	"-w": true, "--workdir": true, "-n": true, "--tail": true, "--since": true, "--until": true, "--time": true, "-s": true, "--signal": true, "--name": true, "-p": true,
	"--project-name": true, "--profile": true, "--env-file": true, "--project-directory": true, "--wait-timeout": true, "--timeout": true, "--scale": true, "-v": true, "--volume": true,
	"--network": true, "--build-arg": true, "--label": true, "--target": true, "--platform": true, "-d": true, "--driver": true, "--index": true, "--status": true, "-o": true, "--opt": true, "--subnet": true, "--type": true, "--pull": true}

// The meaning of the operands of docker's commands.
var (
	containerCommands = wordSet(`logs restart start stop kill exec rm pause unpause wait top port stats attach diff export update commit`)
	imageCommands     = map[string]bool{"image inspect": true, "image rm": true, "rmi": true, "history": true, "image history": true, "save": true, "image save": true, "push": true, "image push": true}
	serviceCommands   = wordSet(`up start stop restart logs exec kill ps create port pull build rm pause unpause top stats wait images run attach`)
	// firstOnly are the commands of which only the first operand is a container or a service.
	firstOnly = wordSet(`exec port commit top run`)
)

func (w *walker) docker(c *syntax.CallExpr) {
	d := parseDocker(c)
	sub, ops := d.sub, d.ops
	w.dockerWords(c, d)
	if d.wrong != "" {
		return // which words are operands isn't certain
	}
	w.destroys(c, sub, ops)
	first, last := ops, sub[strings.LastIndexByte(sub, ' ')+1:]
	if len(first) > 1 && firstOnly[last] {
		first = ops[:1]
	}
	compose, inCompose := strings.CutPrefix(sub, "compose ")
	switch {
	case sub == "container inspect" || containerCommands[strings.TrimPrefix(sub, "container ")]:
		for _, o := range first {
			w.container(c, sub, o)
		}
	case sub == "cp" || sub == "container cp":
		for _, o := range ops {
			if name, _, ok := strings.Cut(o, ":"); ok && !strings.ContainsAny(name, "/.") {
				w.container(c, sub, name)
			}
		}
	case inCompose && serviceCommands[compose] && w.ownProject(d):
		for _, o := range first {
			if s, ok := w.names.instances[o]; o != "" && !ok {
				w.report(ruleUnknownContainer, c.Pos(), o, "`docker %s %s` names a service that is not in the manifest. Refer to it: ${service.NAME.instances[0].name}.", sub, o)
			} else if sub == "compose exec" && s != nil {
				w.inside(c, s, o)
				w.uses(c, s, "docker "+sub+" "+o)
			}
		}
	case sub == "inspect":
		for _, o := range ops {
			w.inspected(c, d, o)
		}
	case imageCommands[sub]:
		for _, o := range ops {
			w.tag(c, sub, o)
		}
	case sub == "pull" || sub == "image pull" || sub == "run" || sub == "create" || sub == "container run" || sub == "container create":
		if len(ops) > 0 {
			w.otherTag(c, sub, ops[0])
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
		if len(ops) > 1 && (last == "connect" || last == "disconnect") {
			w.container(c, sub, ops[1])
		}
	case sub == "volume inspect" || sub == "volume rm":
		if len(ops) > 0 && ops[0] != "" && !w.names.volumes[ops[0]] {
			w.report(ruleUnknownNetwork, c.Pos(), ops[0], "`docker %s %s` names a volume that is not in the manifest. Refer to it: ${volume.NAME.real_name}.", sub, ops[0])
		}
	}
}

// container checks an operand that is the name of a container.
func (w *walker) container(c *syntax.CallExpr, sub, name string) {
	s, ok := w.names.containers[name]
	switch {
	case name == "":
	case !ok && !containerID.MatchString(name):
		w.report(ruleUnknownContainer, c.Pos(), name, "`docker %s %s` names a container that no service has. Refer to it: ${service.NAME.instances[0].container_name}.", sub, name)
	case strings.HasSuffix(sub, "exec") && s != nil:
		w.inside(c, s, name)
		w.uses(c, s, "docker "+sub+" "+name)
	case sub == "cp" || sub == "container cp":
		w.uses(c, s, "docker "+sub+" "+name)
	}
}

// containerID is the beginning of an ID, which no reader can check.
var containerID = regexp.MustCompile("^[0-9a-f]{12,64}$")

// ownProject reports whether a docker compose call is about the kit's own docker-compose.yml.
func (w *walker) ownProject(d dockerCall) bool {
	for _, o := range []string{"-f", "--file"} {
		if v := d.options[o]; v != "" && path.Clean(v) != w.names.manifest.KitPath(kit.ComposePath) {
			return false
		}
	}
	return d.options["-p"] == "" && d.options["--project-name"] == "" && d.options["--project-directory"] == ""
}

// inspected checks an operand of docker inspect, which may be of any kind.
func (w *walker) inspected(c *syntax.CallExpr, d dockerCall, name string) {
	if name == "" || containerID.MatchString(name) || strings.HasPrefix(name, "sha256:") {
		return
	}
	_, isContainer := w.names.containers[name]
	isImage := w.names.tags[name] || w.names.tags[withTag(name)]
	switch d.options["--type"] {
	case "container":
		isImage = false
	case "image":
		isContainer = false
	case "":
		isContainer = isContainer || w.names.networks[name] || w.names.volumes[name]
	default:
		return
	}
	if isContainer || isImage {
		return
	}
	if d.options["--type"] == "image" || strings.ContainsAny(name, "/:") {
		w.tag(c, d.sub, name)
		return
	}
	w.report(ruleUnknownContainer, c.Pos(), name, "`docker inspect %s` names neither a container nor an image of the manifest. Refer to it: ${service.NAME.instances[0].container_name}.", name)
}

// otherTag reports an image that is one of the manifest's in another version.
func (w *walker) otherTag(c *syntax.CallExpr, sub, ref string) {
	if ref == "" || strings.Contains(ref, "@") {
		return
	}
	for _, i := range w.names.manifest.Images {
		names := i.Names()
		if slices.ContainsFunc(names, func(n string) bool { return withTag(n) == withTag(ref) }) {
			return
		}
	}
	for _, i := range w.names.manifest.Images {
		for _, n := range i.Names() {
			if repository(n) == repository(ref) && !strings.Contains(n, "@") {
				w.report(ruleUnknownTag, c.Pos(), ref, "`docker %s %s` names another version than %s, which is %s. Refer to it: ${%s.tag}.", sub, ref, i.Address, n, i.Address)
				return
			}
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
