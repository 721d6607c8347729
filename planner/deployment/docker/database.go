package docker

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/deployment/docker/psql"
)

func (g *generator) apply(d *manifest.Database) {
	needs := needing{of: d.Origin}
	if d.Service != nil {
		up := d.Service.Up()
		needs.fact(up.Kind, up.Name)
	}
	for _, r := range d.Roles {
		for _, x := range []*manifest.Secret{r.Password, r.User} {
			if x != nil {
				needs.Add(manifest.FactRef{Fact: manifest.Fact{Kind: manifest.SecretSet, Name: x.Name}, Range: r.Range})
			}
		}
	}
	container := ""
	if d.Service != nil && len(d.Service.Instances) > 0 {
		container = Container(d.Service.Instances[0])
	}
	run := &script{}
	run.createDatabase(d, container)
	command := run.words(psqlCommand(d, container, d.DBName)...)
	run.printf("%s\n", run.words("sh", kit.DeploySchemaPath, "apply", container, d.User, d.DBName, strconv.Itoa(cmp.Or(d.Port, 5432)), d.File))
	if passwords := psql.Passwords(d); passwords != nil {
		run.printf("\n# the roles' passwords, through standard input\n")
		run.secretly(command, passwords, secretsFolder)
	}
	g.add(manifest.Fact{Kind: manifest.DatabaseApplied, Name: d.Name}, d.Origin, d.Cost,
		&deployment.Action{ID: "database." + d.Name + ".apply", Kind: databaseApply, Preflight: dockerAnswers, Title: "Apply the schema of database " + d.Name,
			Duration: d.Duration, Needs: needs.List, Timeout: applyTimeout},
		append([]deployment.Part{run.part(deployment.Run)}, alternation(d, command)...)...)
}

// alternation are the parts that alternate the logins of roles with a user. A new login is that of the staged
// secrets, which are not yet those of the deployment.
func alternation(d *manifest.Database, command string) []deployment.Part {
	login, retire := &script{}, &script{}
	for _, r := range d.Roles {
		if r.User == nil || r.Password == nil {
			continue
		}
		login.printf("if [ -s %s ]; then\n", login.words(stagedSecrets+r.User.Name))
		login.secretly(command, psql.Login(r), stagedSecrets)
		login.printf("fi\n")
		retire.secretly(command, psql.Retire(r), secretsFolder)
	}
	if login.b.Len() == 0 {
		return nil
	}
	return []deployment.Part{login.part(deployment.Login), retire.part(deployment.Retire)}
}

// createDatabase creates a database that the server doesn't create by itself;
// nothing for the server's own.
func (s *script) createDatabase(d *manifest.Database, container string) {
	server, ok := d.Server()
	if !ok || d.DBName == server.Database || d.DBName == "postgres" {
		return
	}
	create := s.quoted(quote.SQLLiteral("CREATE DATABASE " + s.quoted(quote.SQLIdent(d.DBName))))
	operator, lines := s.heredoc(fmt.Sprintf("SELECT %s\nWHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = %s) \\gexec\n",
		create, s.quoted(quote.SQLLiteral(d.DBName))))
	s.printf("# the server creates one database by itself, and this is a different one\n%s -f - %s\n%s\n",
		s.words(psqlCommand(d, container, "postgres")...), operator, lines)
}

// psqlCommand runs psql inside a database's container, over standard input.
func psqlCommand(d *manifest.Database, container, name string) []string {
	command := []string{"docker", "exec", "-i", container, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"}
	if d.Port != 0 && d.Port != 5432 {
		command = append(command, "-p", fmt.Sprint(d.Port))
	}
	return append(command, "-U", d.User, "-d", name)
}

// secretly runs a script with secrets: through psql's standard input, so that they
// aren't in any argument list. The secrets are the files with a prefix.
func (s *script) secretly(command string, parts []psql.Part, prefix string) {
	var head, body strings.Builder
	seen := map[*manifest.Secret]bool{}
	for _, p := range parts {
		if x := p.Secret; x != nil {
			file := s.words(prefix + x.Name)
			if !seen[x] {
				seen[x] = true
				fmt.Fprintf(&head, "[ -s %s ]\n", file)
			}
			fmt.Fprintf(&body, "    cat %s\n    echo\n", file)
			continue
		}
		operator, lines := s.heredoc(p.Text)
		fmt.Fprintf(&body, "    cat %s\n%s", operator, lines)
	}
	s.printf("%s{\n%s} | %s -f -\n", head.String(), body.String(), command)
}

// logins are, by service, the databases with a role whose password the service
// gets: until the schema is applied, the role can't log in, or not with a new password. Excluded are those
// that a declared action applies, which declares its own preconditions, and
// those whose server depends on the service.
func logins(m *manifest.Manifest, declared map[manifest.Fact]bool) map[*manifest.Service][]*manifest.Database {
	roles := map[*manifest.Secret][]*manifest.Database{}
	for _, d := range m.Databases {
		if d.Service == nil || declared[manifest.Fact{Kind: manifest.DatabaseApplied, Name: d.Name}] {
			continue
		}
		secrets := []*manifest.Secret{d.OwnPassword()}
		for _, r := range d.Roles {
			secrets = append(secrets, r.Password, r.User)
		}
		for _, x := range secrets {
			if x != nil && !slices.Contains(roles[x], d) {
				roles[x] = append(roles[x], d)
			}
		}
	}
	out := map[*manifest.Service][]*manifest.Database{}
	if len(roles) == 0 {
		return out
	}
	waitsFor := func(s, other *manifest.Service) bool {
		seen := map[*manifest.Service]bool{s: true}
		for queue := []*manifest.Service{s}; len(queue) > 0; queue = queue[1:] {
			if queue[0] == other {
				return true
			}
			next := make([]*manifest.Service, 0, len(queue[0].DependsOn)+len(out[queue[0]]))
			for _, d := range queue[0].DependsOn {
				next = append(next, d.Service)
			}
			for _, d := range out[queue[0]] {
				next = append(next, d.Service)
			}
			for _, n := range next {
				if !seen[n] {
					seen[n] = true
					queue = append(queue, n)
				}
			}
		}
		return false
	}
	for _, s := range m.Services {
		for _, secret := range secrets(s) {
			for _, d := range roles[secret] {
				if !slices.Contains(out[s], d) && !waitsFor(d.Service, s) {
					out[s] = append(out[s], d)
				}
			}
		}
	}
	return out
}
