package metrics

// Explain says in words what a metric measures, and what it leaves out.
func Explain(key string) string {
	return map[string]string{
		"detect":              "From the first act of the adversary until the first alert or report. The first act is said by hand: moment INC first-act --at TIME.",
		"acknowledge":         "From detection until somebody looked at it. Incidents that were declared without a report were detected by that, and are left out.",
		"determine":           "From detection until it was found to be a security incident. Incidents that were declared without a report are left out.",
		"command":             "From detection until it had a commander. Incidents that were declared without a report are left out.",
		"contain":             "From detection until it was contained: the step out of containment that held, unless a moment says otherwise. What is not contained yet is left out.",
		"contain-determined":  "From the finding that it is an incident until it was contained: what the responders had in their hands.",
		"eradicate":           "From containment until the adversary was removed.",
		"recover":             "From detection until the service was back.",
		"resolve":             "From detection until the incident was closed.",
		"dwell":               "From the first act until the adversary was removed.",
		"breakout":            "From the first act until the first lateral movement. Both are said by hand.",
		"breakout-margin":     "How long the containment was ahead of the first lateral movement. Negative: the adversary was faster.",
		"notice-lead":         "How long before its deadline each notice went out. Negative: late.",
		"post-mortem-lag":     "From the close until the post-mortem was signed off. Negative where it was signed off before.",
		"notice-on-time":      "Notices sent by their deadline, of those that were due.",
		"severity-drift":      "Incidents whose severity is not the preliminary one any more.",
		"severity-raised":     "Incidents that turned out worse than they were declared.",
		"escalation-accuracy": "Reports that were found to be an incident, of those decided; the rest were events and false positives.",
		"internal-discovery":  "Incidents that the organisation found itself, of those of which it is known: classify INC --discovery.",
		"checklist":           "Required checklist items that are done, or waived with a reason.",
		"reopen":              "Incidents taken up again within 90 days of their close, of those closed here.",
		"follow-ups-on-time":  "Follow-ups done by their due day, of those that were due.",
	}[key]
}
