package docker

import (
	"github.com/omegagen/omegagen/planner/deployment"
	shell "github.com/omegagen/omegagen/planner/deployment/script"
)

// script is a script being written, with commands of Docker.
type script struct{ shell.Script }

func call(command []string, phases ...deployment.Phase) deployment.Part {
	return shell.Call(command, phases...)
}
