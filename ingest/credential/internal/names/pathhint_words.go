package names

import "github.com/tokenwarden/tokenwarden/ingest/internal/ascii"

// aboutWords end a segment that names what is said about secrets: password-policies, token-types. Chosen by hand, 2026-12-01.
var aboutWords = ascii.Words(`policy policies type types setting settings page pages list lists label labels stats statistics report reports
	usage metrics holders template templates rule rules audit help docs`)

// sourceWords stand between the name of a repository and a path or a revision in it: /token/blob/REVISION. Source: the addresses of
// GitHub, GitLab, Gitea and Bitbucket; 2026-12-01.
var sourceWords = ascii.Words(`blob tree commit commits raw blame compare src source branch branches tag tags releases archive
	issues pull pulls merge_requests wiki wikis actions jobs pipelines revision rev`)
