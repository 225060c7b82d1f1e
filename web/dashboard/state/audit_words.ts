// The log names the routes of the interface; on the page stands what they do.

const WORDS: Readonly<Record<string, string>> = {
  "POST /setup": "made an account, or a new password",
  "POST /login": "logged in",
  "POST /logout": "logged out",
  "POST /account/password": "changed their password",
  "POST /account/end-logins": "logged out everywhere",
  "POST /account/totp": "began to set up a second factor",
  "POST /account/totp/confirm": "turned a second factor on",
  "POST /account/totp/off": "turned their second factor off",
  "POST /account/tokens": "made an API token",
  "DELETE /account/tokens/{}": "revoked an API token",
  "PATCH /accounts/{}": "changed an account",
  "POST /invitations": "made an invitation",
  "DELETE /invitations/{}": "took an invitation back",
  "POST /studies/{}/invitations": "invited somebody to a study",
  "PUT /studies/{}/members/{}": "set a member's role",
  "DELETE /studies/{}/members/{}": "took a member out of a study",
  "PUT /studies/{}/retention": "set until when personal data are kept",
  "POST /studies/{}/reconciliation": "compared a list of submissions",
  "POST /studies": "made a study",
  "PATCH /studies/{}": "changed a study",
  "POST /studies/{}/state": "moved a study on",
  "POST /studies/{}/duplicate": "duplicated a study",
  "POST /study-files": "made a study from a file",
  "POST /study-checks": "checked a description",
  "POST /studies/{}/unblind": "unblinded a study",
  "POST /studies/{}/group/loo": "asked for leave-one-out",
  "GET /studies/{}/file": "downloaded a study file",
  "GET /studies/{}/exports/{}": "downloaded data",
  "POST /uploads": "began an upload",
  "PUT /uploads/{}/{}": "sent a piece of an upload",
  "POST /stimulus-sets": "brought pictures",
  "POST /stimulus-sets/{}/representations": "brought a representation",
  "PUT /stimulus-sets/{}/scores": "brought scores",
  "POST /media/{}/links": "made a link to a picture",
};

/** As it is logged where there are no words for it: commands, and what is newer than this list. */
export function auditWords(action: string): string {
  return WORDS[action.replace("/api/v1", "")] ?? action;
}
