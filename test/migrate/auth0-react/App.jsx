import React, { useState } from "react";
import { useAuth0 } from "@auth0/auth0-react";
import Posts from "./Posts";

export default function App() {
  const { isLoading, isAuthenticated, error, user, loginWithRedirect, logout } = useAuth0();
  const [isOpen, setOpen] = useState(false);

  if (isLoading) return <div>Loading…</div>;
  if (error) return <div>Oops: {error.message}</div>;
  if (!isAuthenticated)
    return <button onClick={() => loginWithRedirect({ appState: { returnTo: "/" } })}>Log in</button>;

  return (
    <div>
      <p>Hello {user.name}</p>
      <button onClick={() => setOpen(true)}>Call the API</button>
      {isOpen && <Posts />}
      <button onClick={() => logout({ logoutParams: { returnTo: window.location.origin } })}>
        Log out
      </button>
    </div>
  );
}
