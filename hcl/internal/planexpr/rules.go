package planexpr

import "github.com/omegagen/omegagen/hcl/diag"

// The rules of planning expressions.
var (
	ruleNotPlannable = diag.Error("OG210", "Unsupported planning expression",
		"A condition or an effect can read states only through the operators and functions that the planner supports. "+
			"Other expressions are allowed only if they read no state, goal or fact.")
	ruleTypeMismatch = diag.Error("OG211", "Type mismatch in a planning expression",
		"The two sides of a comparison, the operands of an operator, and a state and its new value must have the same type. "+
			"Only lists of strings are converted, to sets, because a comparison of different types would silently be false.")
	ruleNullCondition = diag.Error("OG212", "Null in a condition",
		"null means that the value of a state becomes unknown, so it is allowed only as an effect. A comparison with it could never be true.")
	ruleMisplacedBound = diag.Error("OG213", "Bound outside an effect",
		"below, at_most, above and at_least state that after the action a number is only known to lie on that side of a value. "+
			"They are allowed only as the new value of a state of type number, alone or as a branch of a conditional.")
	ruleDivisionByZero = diag.Error("OG214", "Division by zero",
		"The right side of / or % is the constant 0.")
	ruleHugeNumber = diag.Error("OG215", "Number out of range",
		"Numbers are exact decimals. Infinity, and numbers whose magnitude or precision exceeds 4096 bits, are rejected.")
	ruleBadReference = diag.Error("OG216", "Invalid reference to a state or fact",
		"A state is referenced as state.NAME (or state[\"NAME\"]), an instance of it as state.NAME[\"KEY\"]; a goal as goal.NAME; a fact as KIND.NAME.FACT, such as image.web.ready.")
	ruleSensitiveValue = diag.Error("OG217", "Sensitive value in a planning expression",
		"Conditions and effects are printed in the plan, so they can't contain sensitive values.")

	ruleEffectsNotObject = diag.Error("OG220", "Computed effects",
		"`effects` is read as syntax, so it must be written as { STATE = VALUE … }, not as a variable, a function call or a conditional.")
	ruleDuplicateEffect = diag.Error("OG221", "Duplicate effect",
		"An action can set a state only once. HCL alone would silently keep the last of two values.")
	ruleDerivedEffect = diag.Error("OG222", "Effect on a derived state",
		"The value of a derived state follows from other states, so no action can set it.")
	ruleBadEffectKey = diag.Error("OG223", "Invalid name of a state",
		"The left side of an effect is the label of a state, unquoted or as a string; an instance is NAME[\"KEY\"].")
	RuleSplatKeys = diag.Error("OG224", "Reference to several instances",
		"A block with for_each is several objects. Select one by its key, or all of them with a splat inside alltrue or anytrue.")
)
