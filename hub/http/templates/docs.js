// Shows the document that the page names. No validator: nobody else is asked.
const place = document.getElementById("calls");
SwaggerUIBundle({ url: place.dataset.document, domNode: place, deepLinking: true, validatorUrl: null });
