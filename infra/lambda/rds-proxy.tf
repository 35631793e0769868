# RDS Proxy between the function and PostgreSQL, where `rds_proxy` is set: it keeps the connections while instances come
# and go, and holds callers for a moment while RDS fails over. DATABASE_URL in the secret then names the proxy (output
# `database_endpoint`), with ?sslmode=require.
#
# The service names its prepared statements, and RDS Proxy pins a session that has one to its client: a connection is
# shared between instances one after another, not request by request. That is enough here (an instance holds one
# connection at most), but size `max_connections_percent` by `reserved_concurrency`, not by requests.

resource "aws_db_proxy" "patrols" {
  count = var.rds_proxy == null ? 0 : 1

  name                   = var.name
  engine_family          = "POSTGRESQL"
  role_arn               = aws_iam_role.proxy[0].arn
  vpc_subnet_ids         = var.subnet_ids
  vpc_security_group_ids = [aws_security_group.proxy[0].id]
  require_tls            = true
  # As long as the service keeps a connection (half an hour from when it was opened).
  idle_client_timeout = 1800

  auth {
    auth_scheme               = "SECRETS"
    iam_auth                  = "DISABLED"
    client_password_auth_type = "POSTGRES_SCRAM_SHA_256"
    secret_arn                = var.rds_proxy.credentials_secret_arn
  }

  # Made by the proxy itself, its log would be kept for ever, and with no key of ours.
  depends_on = [aws_cloudwatch_log_group.proxy]
}

resource "aws_cloudwatch_log_group" "proxy" {
  count = var.rds_proxy == null ? 0 : 1

  name              = "/aws/rds/proxy/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_kms_key_arn
}

resource "aws_db_proxy_default_target_group" "patrols" {
  count = var.rds_proxy == null ? 0 : 1

  db_proxy_name = aws_db_proxy.patrols[0].name

  connection_pool_config {
    max_connections_percent = var.rds_proxy.max_connections_percent
    # The service's own patience (DATABASE_TIMEOUT_SECONDS): after it the caller has had a 503.
    connection_borrow_timeout = 5
  }
}

resource "aws_db_proxy_target" "patrols" {
  count = var.rds_proxy == null ? 0 : 1

  db_proxy_name          = aws_db_proxy.patrols[0].name
  target_group_name      = aws_db_proxy_default_target_group.patrols[0].name
  db_instance_identifier = var.rds_proxy.db_instance_identifier
}

resource "aws_security_group" "proxy" {
  count = var.rds_proxy == null ? 0 : 1

  name        = "${var.name}-proxy"
  description = "From the function to PostgreSQL, and nothing else"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "proxy" {
  count = var.rds_proxy == null ? 0 : 1

  security_group_id            = aws_security_group.proxy[0].id
  description                  = "The function"
  referenced_security_group_id = aws_security_group.patrols.id
  ip_protocol                  = "tcp"
  from_port                    = local.proxy_port
  to_port                      = local.proxy_port
}

resource "aws_vpc_security_group_egress_rule" "proxy" {
  count = var.rds_proxy == null ? 0 : 1

  security_group_id            = aws_security_group.proxy[0].id
  description                  = "PostgreSQL"
  referenced_security_group_id = var.database.security_group_id
  ip_protocol                  = "tcp"
  from_port                    = var.database.port
  to_port                      = var.database.port
}

# The proxy signs in with credentials of its own form, {"username": …, "password": …}: not the service's secret.
resource "aws_iam_role" "proxy" {
  count = var.rds_proxy == null ? 0 : 1

  name               = "${var.name}-proxy"
  assume_role_policy = data.aws_iam_policy_document.assume_proxy.json
}

data "aws_iam_policy_document" "assume_proxy" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["rds.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "proxy" {
  count = var.rds_proxy == null ? 0 : 1

  name   = "credentials"
  role   = aws_iam_role.proxy[0].id
  policy = data.aws_iam_policy_document.proxy_rights[0].json
}

data "aws_iam_policy_document" "proxy_rights" {
  count = var.rds_proxy == null ? 0 : 1

  statement {
    sid       = "ReadItsOwnCredentials"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.rds_proxy.credentials_secret_arn]
  }

  dynamic "statement" {
    for_each = var.rds_proxy.credentials_kms_key_arn == null ? [] : [var.rds_proxy.credentials_kms_key_arn]

    content {
      sid       = "DecryptItsOwnCredentials"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:EncryptionContext:SecretARN"
        values   = [var.rds_proxy.credentials_secret_arn]
      }
    }
  }
}
