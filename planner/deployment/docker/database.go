package docker

import (
	"cmp"
	"fmt"
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
	command := run.Words(psqlCommand(d, container, d.DBName)...)
	run.Printf("%s\n", run.Words("sh", kit.DeploySchemaPath, "apply", container, d.User, d.DBName, strconv.Itoa(cmp.Or(d.Port, 5432)), d.File))
	if passwords := psql.Passwords(d); passwords != nil {
		run.Printf("\n# the roles' passwords, through standard input\n")
		run.secretly(command, passwords, secretsFolder)
	}
	g.add(manifest.Fact{Kind: manifest.DatabaseApplied, Name: d.Name}, d.Origin, d.Cost,
		&deployment.Action{ID: "database." + d.Name + ".apply", Kind: databaseApply, Preflight: dockerAnswers, Title: "Apply the schema of database " + d.Name,
			Duration: d.Duration, Needs: needs.List, Timeout: applyTimeout},
		append([]deployment.Part{run.Part(deployment.Run)}, alternation(d, command)...)...)
}

// alternation are the parts that alternate the logins of roles with a user. A new login is that of the staged
// secrets, which are not yet those of the deployment.
func alternation(d *manifest.Database, command string) []deployment.Part {
	login, retire := &script{}, &script{}
	for _, r := range d.Roles {
		if r.User == nil || r.Password == nil {
			continue
		}
		login.Printf("if [ -s %s ]; then\n", login.Words(stagedSecrets+r.User.Name))
		login.secretly(command, psql.Login(r), stagedSecrets)
		login.Printf("fi\n")
		retire.secretly(command, psql.Retire(r), secretsFolder)
	}
	if login.Empty() {
		return nil
	}
	return []deployment.Part{login.Part(deployment.Login), retire.Part(deployment.Retire)}
}

// createDatabase creates a database that the server doesn't create by itself;
// nothing for the server's own.
func (s *script) createDatabase(d *manifest.Database, container string) {
	server, ok := d.Server()
	if !ok || d.DBName == server.Database || d.DBName == "postgres" {
		return
	}
	create := s.Quoted(quote.SQLLiteral("CREATE DATABASE " + s.Quoted(quote.SQLIdent(d.DBName))))
	operator, lines := s.Heredoc(fmt.Sprintf("SELECT %s\nWHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = %s) \\gexec\n",
		create, s.Quoted(quote.SQLLiteral(d.DBName))))
	s.Printf("# the server creates one database by itself, and this is a different one\n%s -f - %s\n%s\n",
		s.Words(psqlCommand(d, container, "postgres")...), operator, lines)
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
			file := s.Words(prefix + x.Name)
			if !seen[x] {
				seen[x] = true
				fmt.Fprintf(&head, "[ -s %s ]\n", file)
			}
			fmt.Fprintf(&body, "    cat %s\n    echo\n", file)
			continue
		}
		operator, lines := s.Heredoc(p.Text)
		fmt.Fprintf(&body, "    cat %s\n%s", operator, lines)
	}
	s.Printf("%s{\n%s} | %s -f -\n", head.String(), body.String(), command)
}
