import React, { useEffect, useState } from "react";
import { useAuth0 } from "@auth0/auth0-react";

export default function Posts() {
  const { getAccessTokenSilently } = useAuth0();
  const [posts, setPosts] = useState("");

  useEffect(() => {
    (async () => {
      try {
        const token = await getAccessTokenSilently({
          authorizationParams: { audience: "https://api.example.com" },
        });
        const response = await fetch("https://api.example.com/posts", {
          headers: { Authorization: `Bearer ${token}` },
        });
        setPosts(await response.text());
      } catch (e) {
        console.error(e);
      }
    })();
  }, [getAccessTokenSilently]);

  return <output>{posts}</output>;
}
