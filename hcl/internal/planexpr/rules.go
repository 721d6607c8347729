package planexpr

import "github.com/omegagen/omegagen/hcl/diag"

// The rules of planning expressions.
var (
	ruleNotPlannable = diag.Error("OG210", "Not a planning expression",
		"A condition or an effect may read states only through the operators and functions that the planner can reason about. "+
			"Anything else may stand there only as long as it reads no state, goal or fact.")
	ruleTypeMismatch = diag.Error("OG211", "Type mismatch in a planning expression",
		"The two sides of a comparison, the operands of an operator and a state and its new value must have the same type. "+
			"No conversion is made but of lists of strings to sets, because a comparison of different types would silently be false.")
	ruleNullCondition = diag.Error("OG212", "Null in a condition",
		"null means that a state's value is unknown again, so it can only be an effect. A comparison with it could never be true.")
	ruleMisplacedBound = diag.Error("OG213", "Bound outside an effect",
		"below, at_most, above and at_least say that afterwards all that is known of a number is that it lies on that side of a value. "+
			"They are the new value of a state of type number, alone or as a branch of a conditional, and stand nowhere else.")
	ruleDivisionByZero = diag.Error("OG214", "Division by zero",
		"The right side of / or % is the constant 0.")
	ruleHugeNumber = diag.Error("OG215", "Number out of range",
		"Numbers are exact decimals. Those whose magnitude or precision exceeds 4096 bits, and infinity, are refused.")
	ruleBadReference = diag.Error("OG216", "Malformed reference to a state or fact",
		"A state is named state.NAME (or state[\"NAME\"]), an instance of it state.NAME[\"KEY\"]; a goal goal.NAME; a fact KIND.NAME.FACT, such as image.web.ready.")
	ruleSensitiveValue = diag.Error("OG217", "Sensitive value in a planning expression",
		"Conditions and effects are printed in the plan, so no sensitive value may stand in them.")

	ruleEffectsNotObject = diag.Error("OG220", "Effects are not written out",
		"`effects` is read as syntax, so it must be written as { STATE = VALUE … }. A variable, a function call or a conditional in its place can't be read.")
	ruleDuplicateEffect = diag.Error("OG221", "Duplicate effect",
		"An action sets a state once. HCL alone would silently keep the last of two values.")
	ruleDerivedEffect = diag.Error("OG222", "Effect on a derived state",
		"The value of a derived state follows from other states, so no action can set it.")
	ruleBadEffectKey = diag.Error("OG223", "Invalid name of a state",
		"The left side of an effect is the label of a state, unquoted or as a string; an instance is NAME[\"KEY\"].")
	RuleSplatKeys = diag.Error("OG224", "Reference to several instances",
		"What has for_each is several objects. One of them is meant by its key; all of them by a splat inside alltrue or anytrue.")
)
