package deploy_test

import (
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
)

// TestBesideComposeFile: in a folder with a Compose file of the user, deploy.sh and the scripts use the kit's, with paths
// relative to the kit; and git ignores the state whatever the user's .gitignore says.
func TestBesideComposeFile(t *testing.T) {
	m := model()
	m.Services = []*manifest.Service{published("web", 0)}
	m.Kept = manifest.KeptPaths{artifact.ComposePath}
	p := planOf(m, task{name: "start", run: "echo \"$COMPOSE_FILE,$COMPOSE_ENV_FILES\" >saw"})
	k := newKit(t, "dash", m, plans(p), artifact.Artifact{Path: m.KitPath(artifact.ComposePath), Content: []byte("name: test\n")})
	k.write("docker-compose.yml", "services: {web: {image: mine}}\n")
	k.write(".env", "A=b\n")
	k.program("docker", dockerProgram)
	k.want(0)
	const compose = "-f deploy/docker-compose.yml --project-directory . -p test"
	mustEqual(t, "what a script sees", k.read("saw"), k.dir+"/deploy/compose.yml,"+k.dir+"/.env\n")
	k.want(0, "down")
	mustEqual(t, "stopped", calls(k, "compose "+compose+" down"), 1)
	mustEqual(t, "with the user's file", calls(k, "compose -f docker-compose.yml"), 0)
	mustEqual(t, "the user's file", k.read("docker-compose.yml"), "services: {web: {image: mine}}\n")
	mustEqual(t, ".gitignore of the state", k.read(".omegagen/.gitignore"), "*\n")
}
