package deploy

import (
	"fmt"
	"strings"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/deployment/docker/build"
	"github.com/omegagen/omegagen/planner/deployment/docker/psql"
	"github.com/omegagen/omegagen/templates/compose"
)

// made is the block of an action that the compiler makes. Its scripts are
// plain ones, as one would type them in the kit's folder; $COMPOSE is Docker
// Compose as the runtime found it, with the kit's file and project. What looks at
// containers and changes nothing is the runtime's: it stands in deploy.sh once.
func (s *script) made(a *planner.Action) *block {
	b := &block{shell: "sh", at: a.Range}
	switch a.Kind {
	case planner.ImagePull:
		s.pull(b, a.Image)
	case planner.ImageBuild:
		s.build(b, a.Image)
	case planner.SecretMake:
		s.secret(b, a.Secret)
	case planner.ServiceStart:
		s.start(b, a.Service)
	case planner.ServiceAwait:
		s.await(b, a.Service)
	case planner.DatabaseApply:
		s.apply(b, a.Database)
	case planner.Declared:
	}
	return b
}

// material is what of the kit an action's facts are made from, whether it is a
// declared one or made: when that changes, the action is another one.
func (s *script) material(facts []manifest.Fact) []string {
	var out []string
	for _, f := range facts {
		switch f.Kind {
		case manifest.ImageReady:
			if i := s.images[f.Name]; i != nil && i.Built() {
				out = append(out, s.others[kit.DockerfilePath(i.Name)], s.others[kit.DockerIgnorePath(i.Name)])
				out = append(out, build.Of(s.m, i).Command(secretsFolder)...)
				for _, p := range s.inContext(i) {
					out = append(out, p, s.others[p])
				}
			}
		case manifest.ServiceStarted:
			if sv := s.services[f.Name]; sv != nil {
				names, _ := instanceNames(sv)
				out = append(out, s.compose(names))
			}
		case manifest.DatabaseApplied:
			if d := s.databases[f.Name]; d != nil {
				out = append(out, s.others[d.File])
			}
		case manifest.SecretSet, manifest.ServiceHealthy, manifest.ServiceCompleted, manifest.ActionDone:
		}
	}
	return out
}

func (b *block) script(name, text string) {
	b.parts = append(b.parts, part{name: name, text: manifest.PlainText(text)})
}

// call makes a command of the runtime do a part, or several, "a | b".
func (b *block) call(names, command string) {
	b.parts = append(b.parts, part{name: names, call: command})
}

// words quotes the words of a command.
func (s *script) words(b *block, words ...string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = s.word(w, b.at)
	}
	return strings.Join(out, " ")
}

func (s *script) pull(b *block, i *manifest.Image) {
	b.settings = append(b.settings, setting{"skip_when_valid", "1"}, setting{"retries", "2"})
	command := []string{"docker", "pull"}
	if i.Platform != "" {
		command = append(command, "--platform", i.Platform)
	}
	b.script("run", s.words(b, append(command, i.Tag)...)+"\n")
	b.script("validate", "docker image inspect "+s.words(b, i.Tag)+" >/dev/null\n")
}

func (s *script) build(b *block, i *manifest.Image) {
	b.script("run", s.words(b, build.Of(s.m, i).Command(secretsFolder)...)+"\n")
	if i.MaxSize > 0 {
		b.script("validate", fmt.Sprintf(`size=$(docker image inspect --format '{{.Size}}' %s)
if [ "$size" -gt %d ]; then
    echo "The image has $size bytes; at most %d are allowed."
    exit 1
fi
`, s.words(b, i.Tag), i.MaxSize, i.MaxSize))
	} else {
		b.script("validate", "docker image inspect "+s.words(b, i.Tag)+" >/dev/null\n")
	}
}

const secretsFolder = kit.SecretsDir + "/"

func (s *script) secret(b *block, x *manifest.Secret) {
	file := s.words(b, secretsFolder+x.Name)
	b.script("run", fmt.Sprintf(`# %d random characters, kept once they are there
if [ -s %[2]s ]; then
    echo 'The secret is there already.'
    exit 0
fi
mkdir -p .omegagen/secrets
chmod 0700 .omegagen/secrets
umask 077
od -A n -v -t u1 -N %[3]d /dev/urandom | LC_ALL=C awk '
    BEGIN { set = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" }
    { for (i = 1; i <= NF; i++) if ($i < 248 && length(out) < %[1]d) out = out substr(set, $i %% 62 + 1, 1) }
    END { if (length(out) < %[1]d) exit 1; printf "%%s", out }' >%[2]s.new
chmod 0444 %[2]s.new
sync %[2]s.new 2>/dev/null || sync
[ -s %[2]s ] || mv %[2]s.new %[2]s
sync .omegagen/secrets 2>/dev/null || sync
`, x.Length, file, 2*x.Length+64))
	b.script("validate", fmt.Sprintf("[ -s %s ]\n", file))
}

func instanceNames(sv *manifest.Service) (names, containers []string) {
	for _, i := range sv.Instances {
		names = append(names, i.Name)
		containers = append(containers, i.ContainerName)
	}
	return names, containers
}

// settle is how long a container without a healthcheck must run without a
// restart until it counts as started.
const settle = 3 * time.Second

func (s *script) start(b *block, sv *manifest.Service) {
	names, containers := instanceNames(sv)
	options := ""
	for _, p := range sv.Profiles {
		options += " --profile " + s.words(b, p)
	}
	b.settings = append(b.settings, setting{"timeout", "1800"})
	b.script("run", "$COMPOSE"+options+" up --detach --no-build --no-deps "+s.words(b, names...)+"\n")
	wait := settle
	switch {
	case sv.Oneshot && (sv.Restart == "" || sv.Restart == "no"):
		wait = 0 // it has run or runs, and nothing restarts it
	case !sv.Oneshot && sv.Healthcheck != nil && !sv.Healthcheck.Disable:
		wait = 0 // its healthcheck decides, in service.N.await
	}
	b.call("before | validate", fmt.Sprintf("has_started %s %s %s", lifeOf(sv), seconds(wait), s.words(b, containers...)))
	b.script("rollback", "$COMPOSE"+options+" rm --stop --force "+s.words(b, names...)+"\n")
}

// lifeOf says, as the runtime's functions read it, whether a service's
// containers run on or come to their end.
func lifeOf(sv *manifest.Service) string {
	if sv.Oneshot {
		return "once"
	}
	return "running"
}

// compose is what makes the start of services another one: their part of
// docker-compose.yml, or all of it where that can't be told.
func (s *script) compose(services []string) string {
	if s.parts != nil {
		if part, err := s.parts.Of(services); err == nil {
			return string(part)
		}
	}
	return s.others[kit.ComposePath]
}

// awaitMargin is how much longer than its healthcheck may take a container is
// waited for.
const awaitMargin = 30 * time.Second

// awaitDeadline is how long a healthcheck may take until the engine has
// decided: its start period and all its tries. Docker's defaults stand for
// what isn't set.
func awaitDeadline(p *manifest.Healthcheck) time.Duration {
	interval, timeout, retries := p.Interval, p.Timeout, p.Retries
	if interval == 0 {
		interval = 30 * time.Second
	}
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	if retries == 0 {
		retries = 3
	}
	return p.StartPeriod + time.Duration(retries)*(interval+timeout) + awaitMargin
}

// await waits for what a service's healthcheck says; of a one-shot for its end.
func (s *script) await(b *block, sv *manifest.Service) {
	_, containers := instanceNames(sv)
	list := s.words(b, containers...)
	switch check := sv.Healthcheck; {
	case sv.Oneshot:
		b.call("run | validate", "await completed 0 "+list)
	case check.Words() == nil: // a variant of the image may have none
		b.call("run | validate", fmt.Sprintf("await ready %s %s", seconds(awaitDeadline(check)), list))
	default:
		b.call("run | validate", fmt.Sprintf("await healthy %s %s", seconds(awaitDeadline(check)), list))
	}
}

func (s *script) apply(b *block, d *manifest.Database) {
	container := ""
	if d.Service != nil && len(d.Service.Instances) > 0 {
		container = d.Service.Instances[0].ContainerName
	}
	command := s.words(b, psqlCommand(d, container, d.DBName)...)
	text := s.createDatabase(b, d, container) + command + " -f - <" + s.words(b, d.File) + "\n"
	if parts := psql.Passwords(d); len(parts) > 0 {
		text += s.passwords(b, command, parts)
	}
	b.script("run", text)
}

// createDatabase is the part of database.N.apply that makes a database which
// the server doesn't make by itself; empty for the server's own.
func (s *script) createDatabase(b *block, d *manifest.Database, container string) string {
	server, ok := d.Server()
	if !ok || d.DBName == server.Database || d.DBName == "postgres" {
		return ""
	}
	name, err := quote.SQLIdent(d.DBName)
	name = s.quoted(name, err, b.at)
	create, err := quote.SQLLiteral("CREATE DATABASE " + name)
	create = s.quoted(create, err, b.at)
	literal, err := quote.SQLLiteral(d.DBName)
	literal = s.quoted(literal, err, b.at)
	operator, lines := s.heredoc("SQL", fmt.Sprintf("SELECT %s\nWHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = %s) \\gexec\n", create, literal), b.at)
	return "# the server makes one database by itself, and this is another one\n" +
		s.words(b, psqlCommand(d, container, "postgres")...) + " -f - " + operator + "\n" + lines + "\n"
}

// psqlCommand runs psql inside a database's container, over standard input.
func psqlCommand(d *manifest.Database, container, name string) []string {
	command := []string{"docker", "exec", "-i", container, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"}
	if d.Port != 0 && d.Port != 5432 {
		command = append(command, "-p", fmt.Sprint(d.Port))
	}
	return append(command, "-U", d.User, "-d", name)
}

// passwords is the part of database.N.apply that sets roles' passwords: over
// psql's standard input, so that they stand in no argument list.
func (s *script) passwords(b *block, command string, parts []psql.Part) string {
	var head, body strings.Builder
	seen := map[*manifest.Secret]bool{}
	for _, p := range parts {
		if x := p.Secret; x != nil {
			file := s.words(b, secretsFolder+x.Name)
			if !seen[x] {
				seen[x] = true
				fmt.Fprintf(&head, "[ -s %s ]\n", file)
			}
			fmt.Fprintf(&body, "    cat %s\n    echo\n", file)
			continue
		}
		operator, lines, err := quote.Heredoc("SQL", p.Text)
		s.quoted("", err, b.at)
		fmt.Fprintf(&body, "    cat %s\n%s", operator, lines)
	}
	return "\n# the roles' passwords, over standard input\n" + head.String() + "{\n" + body.String() + "} | " + command + " -f -\n"
}

// requirement is the oldest software that knows every key and flag in the kit.
type requirement struct {
	docker, compose string
	diskKB          int64
	lines           []string // program, version and the key that needs it
}

func requirements(m *manifest.Manifest, needs []compose.Requirement) requirement {
	r := requirement{docker: "20.10", compose: "2.0", diskKB: 100 << 10}
	for _, i := range m.Images {
		if i.Built() {
			r.docker = "23.0"
			r.diskKB += i.MaxSize / 1024
		}
	}
	for _, n := range needs {
		if n.Compose != "" {
			r.compose = compose.Newer(r.compose, n.Compose)
			r.lines = append(r.lines, "compose "+n.Compose+" "+n.String())
		}
		if n.Engine != "" {
			r.docker = compose.Newer(r.docker, n.Engine)
			r.lines = append(r.lines, "engine "+n.Engine+" "+n.String())
		}
	}
	if len(m.Services) == 0 {
		r.compose = "''"
	}
	return r
}
