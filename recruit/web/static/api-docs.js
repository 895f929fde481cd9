// Begins Swagger UI over our own description. It asks no other server for anything: no validator,
// no remote configuration, and the key that is typed in is kept for as long as the page is open.
const place = document.getElementById("api-docs");
window.SwaggerUIBundle({
  url: place.dataset.description,
  domNode: place,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  validatorUrl: null,
  queryConfigEnabled: false,
  persistAuthorization: false,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  deepLinking: true,
});
