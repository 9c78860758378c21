package names

import "github.com/tokenwarden/tokenwarden/ingest/internal/ascii"

// intakeWords name places where other machines report to without a login: the random segment behind them is the key. Source: the
// addresses of alerting, monitoring and log services in their documentation; 2026-12-01.
var intakeWords = ascii.Words(`incoming inbound ingest ingestion intake collector receiver integration integrations heartbeat heartbeats
	checkin cron crons postback postbacks drain drains alertmanager opsgenie pagerduty oncall genericwebhook noformat`)

// aboutWords end a segment that names what is said about secrets: password-policies, token-types. Chosen by hand, 2026-12-01.
var aboutWords = ascii.Words(`policy policies type types setting settings page pages list lists label labels stats statistics report reports
	usage metrics holders template templates rule rules audit help docs`)

// sourceWords stand between the name of a repository and a path or a revision in it: /token/blob/REVISION. Source: the addresses of
// GitHub, GitLab, Gitea and Bitbucket; 2026-12-01.
var sourceWords = ascii.Words(`blob tree commit commits raw blame compare src source branch branches tag tags releases archive
	issues pull pulls merge_requests wiki wikis actions jobs pipelines revision rev`)
