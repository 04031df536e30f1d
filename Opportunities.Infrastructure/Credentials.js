// "next": the secret names the other one of two users, with a new password. "back": it names the one before again.
// No password leaves this function: a state machine would keep what it is given.
const { SecretsManager } = require("@aws-sdk/client-secrets-manager");

const users = ["opportunities_api", "opportunities_api_b"];

exports.handler = async ({ Action }) => {
  const secrets = new SecretsManager({});
  const SecretId = process.env.SECRET;
  if (Action === "back") {
    const { VersionIdsToStages } = await secrets.describeSecret({ SecretId });
    const having = (stage) => Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id].includes(stage));
    await secrets.updateSecretVersionStage({
      SecretId,
      VersionStage: "AWSCURRENT",
      MoveToVersionId: having("AWSPREVIOUS"),
      RemoveFromVersionId: having("AWSCURRENT"),
    });
    return;
  }
  const current = JSON.parse((await secrets.getSecretValue({ SecretId })).SecretString);
  const username = users.find((user) => user !== current.username);
  const { RandomPassword: password } = await secrets.getRandomPassword({ PasswordLength: 40, ExcludePunctuation: true });
  await secrets.putSecretValue({ SecretId, SecretString: JSON.stringify({ ...current, username, password }) });
};
