package dockerfile

import "github.com/omegagen/omegagen/hcl/diag"

var (
	ruleText = diag.Error("OG450", "A string that a Dockerfile can't hold",
		"A Dockerfile is read by lines. Values of ENV, LABEL and ARG, paths and flags have no way to write a line break or the character U+0000; flags take no blanks or quotes either.")
	ruleOrder = diag.Error("OG451", "A stage is used before it is declared",
		"BuildKit builds stages in the order in which they stand: a stage can begin with, or copy from, stages above it only. So stages can't need each other in a circle.")
	ruleStage = diag.Error("OG452", "A stage's name that BuildKit refuses",
		"BuildKit lowers the names of stages; they begin with a letter, and `scratch` and `context` are taken.")
	rulePackage = diag.Error("OG453", "Not a package's name",
		"Names of packages, with the version that some package managers take, are made of letters, digits and a few signs, and begin with a letter or digit.")
	ruleExclude = diag.Error("OG454", "COPY can't exclude files yet",
		"The exclude flag of COPY needs a frontend that Docker Engine fetches from a registry. What is emitted builds with the frontend of Docker Engine 23.")
	ruleSecret = diag.Error("OG455", "A secret would be copied into an image",
		"Everyone who has the image has what was ever copied into it. Secrets are mounted when a container runs (secret_env), or while a step runs (a mount of type secret).")
	ruleRoot = diag.Warning("OG460", "An image that runs as root",
		"Containers run as a user other than root unless harden says otherwise, and only a numeric user can be told from root by looking at the image.")
	ruleErrexit = diag.Warning("OG461", "Lines of a script fail unnoticed",
		"A command of several lines is one script for the shell: without `set -e`, only its last line decides whether the step fails.")
)
