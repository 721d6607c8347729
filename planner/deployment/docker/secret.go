package docker

import (
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/planner/deployment"
)

// secretsFolder contains a file for each secret.
const secretsFolder = kit.SecretsDir + "/"

// stagedSecrets begins the names of files with values that aren't yet those of the deployment.
const stagedSecrets = secretsFolder + ".next."

func (g *generator) secret(x *manifest.Secret) {
	run, validate := &script{}, &script{}
	file := run.Words(secretsFolder + x.Name)
	title := "Store secret " + x.Name
	switch from := x.From.(type) {
	case *manifest.GeneratedSecret:
		title = "Generate secret " + x.Name
		if uses := g.m.UsesOf(x); len(uses.Logins) > 0 {
			login := uses.Logins[0].Logins()[0]
			title = "Choose the login of role " + uses.Logins[0].Name
			run.Printf(`# the first of two logins; deploy.sh alternates them
if [ -s %[1]s ]; then
    echo 'The login is already chosen.'
    exit 0
fi
mkdir -p %[2]s
chmod 0700 %[2]s
umask 077
printf %%s %[3]s >%[1]s.new
chmod 0444 %[1]s.new
sync %[1]s.new 2>/dev/null || sync
[ -s %[1]s ] || mv %[1]s.new %[1]s
sync %[2]s 2>/dev/null || sync
`, file, run.Words(kit.SecretsDir), run.Words(login))
			break
		}
		run.Printf(`# %d random characters, generated once
if [ -s %[2]s ]; then
    echo 'The secret already exists.'
    exit 0
fi
mkdir -p %[4]s
chmod 0700 %[4]s
umask 077
od -A n -v -t u1 -N %[3]d /dev/urandom | LC_ALL=C awk '
    BEGIN { set = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" }
    { for (i = 1; i <= NF; i++) if ($i < 248 && length(out) < %[1]d) out = out substr(set, $i %% 62 + 1, 1) }
    END { if (length(out) < %[1]d) exit 1; printf "%%s", out }' >%[2]s.new
chmod 0444 %[2]s.new
sync %[2]s.new 2>/dev/null || sync
[ -s %[2]s ] || mv %[2]s.new %[2]s
sync %[4]s 2>/dev/null || sync
`, from.Length, file, 2*from.Length+64, run.Words(kit.SecretsDir))
	case *manifest.FileSecret:
		run.Printf("# deploy.sh has read it from a file before the first step\n[ -s %s ]\n", file)
	case *manifest.EnvSecret:
		run.Printf("# deploy.sh has read it from its caller's environment before the first step\n[ -s %s ]\n", file)
	case *manifest.PromptSecret:
		run.Printf("# deploy.sh has asked for it before the first step\n[ -s %s ]\n", file)
	case *manifest.CommandSecret:
		run.Printf("# deploy.sh has stored what a command printed, before the first step\n[ -s %s ]\n", file)
	}
	validate.Printf("[ -s %s ]\n", validate.Words(secretsFolder+x.Name))
	g.add(manifest.Fact{Kind: manifest.SecretSet, Name: x.Name}, x.Origin, x.Cost,
		&deployment.Action{ID: "secret." + x.Name + ".make", Kind: secretMake, Title: title, Duration: x.Duration},
		run.Part(deployment.Run), validate.Part(deployment.Validate))
}
