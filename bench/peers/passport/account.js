const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text) => (text ?? "").replace(/[&<>"]/g, (c) => escapes[c]);

export function accountPage(request, response) {
  const user = request.user;
  if (!user) return response.status(401).type("text").send("Not signed in.");
  response.send(`<!doctype html>
<html lang="en">
  <title>Account</title>
  <h1>${escape(user.first_name)} ${escape(user.last_name)}</h1>
  <p>${escape(user.username)}</p>
</html>
`);
}
