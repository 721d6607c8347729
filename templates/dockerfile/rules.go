package dockerfile

import "github.com/omegagen/omegagen/hcl/diag"

var (
	ruleText = diag.Error("OG450", "Invalid string for a Dockerfile",
		"A Dockerfile consists of lines. Values of ENV, LABEL and ARG, paths and flags cannot contain a line break or the character U+0000; flags cannot contain spaces or quotes either.")
	ruleOrder = diag.Error("OG451", "Stage used before its declaration",
		"A stage can only start from, or copy from, stages that are declared above it. So stages cannot depend on each other in a cycle.")
	ruleStage = diag.Error("OG452", "Invalid stage name",
		"BuildKit converts the names of stages to lower case. They start with a letter, and `scratch` and `context` are reserved.")
	rulePackage = diag.Error("OG453", "Invalid package name",
		"Names of packages, with the version that some package managers accept, consist of letters, digits and a few other characters, and start with a letter or digit.")
	ruleExclude = diag.Error("OG454", "Unsupported exclude in COPY",
		"The exclude flag of COPY requires a frontend that Docker Engine fetches from a registry. Generated Dockerfiles build with the frontend of Docker Engine 23.")
	ruleSecret = diag.Error("OG455", "Secret copied into an image",
		"Anyone who has the image can read everything that was ever copied into it. Secrets are mounted when a container runs (secret_env), or while a step runs (a mount of type secret).")
	ruleRoot = diag.Warning("OG460", "Image runs as root",
		"Containers run as a user other than root unless harden says otherwise, and only a numeric user can be distinguished from root by inspecting the image.")
	ruleErrexit = diag.Warning("OG461", "Ignored failures in a script",
		"A command of several lines is one shell script: without `set -e`, only its last line decides whether the step fails.")
)
