package lang

import "github.com/omegagen/omegagen/hcl/diag"

var (
	ruleRead = diag.Error("OG002", "Unreadable manifest",
		"A manifest consists of the *.hcl files of one folder. Each must be a readable, regular file (or a symbolic link to one inside the folder).").In(diag.StageRead)
	ruleEmpty = diag.Error("OG003", "No manifest in the folder",
		"A manifest requires at least one *.hcl file; *.vars.hcl files and subfolders don't count.").In(diag.StageRead)
	ruleSize = diag.Error("OG004", "Manifest too large",
		"The files of a manifest may contain at most 64 MB in total.").In(diag.StageRead)
	ruleDepth = diag.Error("OG005", "Nesting too deep",
		"Expressions and blocks can be nested at most a few hundred levels deep, so that no input can exhaust the stack.").In(diag.StageRead)
	ruleEncoding = diag.Error("OG006", "Invalid UTF-8",
		"Manifests are UTF-8 text without NUL bytes.").In(diag.StageRead)
	ruleYAML = diag.Error("OG007", "YAML in a manifest",
		"A manifest is HCL: an argument has an equals sign, a block has braces, a list has brackets, and a string has quotes.").In(diag.StageRead)
	ruleBareValue = diag.Error("OG008", "Name or value without quotes",
		"A string has quotes: \"30s\", \"512m\", \"1000:1000\". So has a key of a map that contains a dot. Variables of Compose are parameters.").In(diag.StageRead)

	ruleUnknownBlock = diag.Error("OG010", "Unsupported block type",
		"A manifest, or a block, can contain only the blocks of the language reference.").In(diag.StageStructure)
	ruleUnknownAttr = diag.Error("OG011", "Unsupported argument",
		"A block can contain only the arguments of the language reference.").In(diag.StageStructure)
	ruleMissingAttr = diag.Error("OG012", "Missing required argument",
		"Some arguments have no sensible default and must be set.").In(diag.StageStructure)
	ruleLabels = diag.Error("OG013", "Wrong number of labels",
		"Each block type has a fixed number of labels.").In(diag.StageStructure)
	ruleLabelSyntax = diag.Error("OG014", "Invalid label",
		"Labels become names of services, files, states and facts, so their characters are limited.").In(diag.StageStructure)
	ruleDuplicate = diag.Error("OG015", "Duplicate definition",
		"A name can be defined only once. Both places are shown.").In(diag.StageStructure)
	ruleTooMany = diag.Error("OG016", "Too many blocks",
		"Some blocks can occur only once in a manifest or in their parent block.").In(diag.StageStructure)
	ruleTooFew = diag.Error("OG017", "Missing required block",
		"Some blocks are required.").In(diag.StageStructure)
	ruleNotBlock = diag.Error("OG018", "Argument written as a block, or the reverse",
		"A block is written NAME { … }, an argument NAME = ….").In(diag.StageStructure)

	ruleUnknownRoot = diag.Error("OG020", "Unknown name in expression",
		"Expressions can refer only to what the manifest declares: var.x, local.x, service.x and so on.").In(diag.StageEvaluate)
	ruleUnknownRef = diag.Error("OG021", "Reference to undeclared object",
		"A reference must name a block that the manifest declares.").In(diag.StageEvaluate)
	ruleUnknownMember = diag.Error("OG022", "Unsupported reference attribute",
		"A block exports a fixed set of values, and those of its nested blocks.").In(diag.StageEvaluate)
	ruleRefForm = diag.Error("OG023", "Invalid reference",
		"A reference is KIND.name, or KIND.name[\"key\"] for a block with for_each.").In(diag.StageEvaluate)
	ruleCycle = diag.Error("OG024", "Reference cycle",
		"A value can't depend on itself. The chain of references is listed.").In(diag.StageEvaluate)
	ruleWrongKind = diag.Error("OG025", "Wrong kind of reference",
		"An argument that takes a reference accepts only certain kinds of blocks.").In(diag.StageEvaluate)
	ruleUnavailable = diag.Error("OG026", "Value not available",
		"Some exported values exist only under conditions, such as a port that is the same for all replicas.").In(diag.StageEvaluate)
	ruleType = diag.Error("OG027", "Wrong type",
		"Each argument has a type; values are converted only if that loses no information.").In(diag.StageEvaluate)
	ruleValue = diag.Error("OG028", "Invalid value",
		"The value has the right type but not the right format.").In(diag.StageEvaluate)
	ruleEval = diag.Error("OG029", "Expression evaluation failed",
		"Expressions are evaluated statically when the manifest is read, without side effects.").In(diag.StageEvaluate)
	rulePlanOnly = diag.Error("OG030", "State or fact outside a planning expression",
		"States and facts have values only while planning: in precondition, condition, derived and effects.").In(diag.StageEvaluate)
	ruleSecretUse = diag.Error("OG031", "Secret would be exposed",
		"The value of a secret exists only at deploy time. It can be used as ${secret.x} in scripts and in the environment, and in secret_env, but not elsewhere, and never inside a function or a condition.").In(diag.StageEvaluate)
	ruleSensitive = diag.Error("OG032", "Sensitive value would be exposed",
		"A value that depends on a sensitive variable can't be written into a file of the kit. Declare a secret for what containers require; nonsensitive(…) permits a derived value to be shown.").In(diag.StageEvaluate)
	ruleForEach = diag.Error("OG033", "Invalid for_each",
		"for_each requires a map, or a set of strings. Its keys become parts of names.").In(diag.StageEvaluate)
	ruleRefText = diag.Error("OG034", "Block used as a value",
		"A reference to a whole block isn't a string or number; its exported attributes are, such as .name.").In(diag.StageEvaluate)
	ruleDeployTime = diag.Error("OG035", "Value of deploy time where it must be known",
		"The value of a parameter is known only when deploy.sh runs. It can be part of the strings of Docker Compose, of the names of images, of scripts, criteria and build arguments; everything else requires a variable, whose value is known when the kit is built. Functions, operators and conditions can't read it.").In(diag.StageEvaluate)
	ruleInternal = diag.Error("OG990", "Expression evaluator failed (bug in omegagen)",
		"The expression evaluator failed unexpectedly. The manifest may be valid; please report this.").In(diag.StageOutput)
)

var (
	ruleUnknownVar = diag.Error("OG040", "Value for undeclared variable",
		"--var and --var-file can set only variables that the manifest declares.").In(diag.StageEvaluate)
	ruleUnsetVar = diag.Error("OG041", "No value for required variable",
		"A variable without a default requires a value.").In(diag.StageEvaluate)
	ruleInvalidVar = diag.Error("OG042", "Invalid value for variable",
		"Every value of a variable must satisfy the conditions in its validation blocks.").In(diag.StageEvaluate)
)
