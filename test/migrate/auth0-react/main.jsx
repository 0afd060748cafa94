import React from "react";
import { createRoot } from "react-dom/client";
import { Auth0Provider } from "@auth0/auth0-react";
import App from "./App";

createRoot(document.getElementById("root")).render(
  <Auth0Provider
    domain="id.example.com"
    clientId="my-spa"
    useRefreshTokens
    authorizationParams={{
      redirect_uri: window.location.origin,
      audience: "https://api.example.com",
      scope: "profile email read:posts",
    }}
  >
    <App />
  </Auth0Provider>,
);
