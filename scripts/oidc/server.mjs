// An OpenID provider for the tests: certified software, with people who log in by being named. It writes its address to
// standard output, and runs until it is killed.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [redirect, secret] = process.argv.slice(2);
const people = {
  rita: { name: "Rita Review", email: "rita@example.com", groups: ["review"] },
  sam: { name: "Sam Sells", email: "sam@example.com", groups: ["sellers"], seller: "s1" },
  eve: { name: "Eve Else", email: "eve@example.com", groups: ["golf"] },
};

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "touchstone", client_secret: secret, redirect_uris: [redirect] }],
    claims: { openid: ["sub"], profile: ["name"], email: ["email"], shop: ["groups", "seller"] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    // Whoever has logged in has agreed.
    loadExistingGrant: async (context) => {
      const { session, client, requestParamScopes } = context.oidc;
      const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope([...requestParamScopes].join(" "));
      await grant.save();
      return grant;
    },
  });
  server.on("request", async (request, response) => {
    if (!request.url.startsWith("/interaction/")) return provider.callback()(request, response);
    // The person is named by a header of the browser that the tests play; one who gives up sends none.
    const accountId = request.headers["x-person"];
    const result = accountId ? { login: { accountId } } : { error: "access_denied" };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  });
  console.log(issuer);
});
